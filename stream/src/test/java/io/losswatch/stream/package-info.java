/** Tests of the whole stream. */
@NullMarked
package io.losswatch.stream;

import org.jspecify.annotations.NullMarked;
