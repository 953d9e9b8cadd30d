/** Text for people at a terminal. In: numbers. Out: characters of a fixed width. */
@NullMarked
package io.losswatch.deploy.terminal;

import org.jspecify.annotations.NullMarked;
