/** Tests of the second stage. */
@NullMarked
package io.losswatch.stream.decode;

import org.jspecify.annotations.NullMarked;
