/**
 * Third stage. In: decoded batches. Out: for each batch and each monitor that wants it, the sums of
 * its samples' losses.
 *
 * <p>Per-sample losses live only as long as one batch, in buffers that the lane reuses.
 */
@NullMarked
package io.losswatch.stream.evaluate;

import org.jspecify.annotations.NullMarked;
