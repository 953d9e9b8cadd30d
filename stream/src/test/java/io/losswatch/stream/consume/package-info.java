/** Tests of the first stage. */
@NullMarked
package io.losswatch.stream.consume;

import org.jspecify.annotations.NullMarked;
