/** Tests of the third stage. */
@NullMarked
package io.losswatch.stream.evaluate;

import org.jspecify.annotations.NullMarked;
