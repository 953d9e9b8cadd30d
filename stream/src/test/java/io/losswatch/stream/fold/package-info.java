/** Tests of the fourth stage. */
@NullMarked
package io.losswatch.stream.fold;

import org.jspecify.annotations.NullMarked;
