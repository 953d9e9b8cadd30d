/**
 * Fourth stage. Hop 1 in: sums of batches. Out: deltas of panes, cut at each commit interval. Hop 2
 * in: pane deltas. Out: rolling windows that a crossing of the watermark has made due. Both carry
 * along the changes of the lane's memory.
 *
 * <p>What belongs to a series that there is no room for goes to the {@code other} of its monitor,
 * which is a series like any. Who has room is a matter of the log and of nothing else.
 *
 * <p>Hop 1 looks at a clock only through the stamps of its portions, hop 2 at none.
 */
@NullMarked
package io.losswatch.stream.fold;

import org.jspecify.annotations.NullMarked;
