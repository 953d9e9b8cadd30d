/**
 * Panes, windows and the sums that they are made of. In: the losses of single samples and the
 * watermark. Out: one {@link io.losswatch.core.window.WindowResult} for each window that is due.
 * Nothing here looks at a clock.
 *
 * <p>The words, used in this sense everywhere:
 *
 * <dl>
 *   <dt>event time
 *   <dd>when a prediction was made, in milliseconds since the epoch, UTC; may be negative.
 *   <dt>watermark
 *   <dd>the event time up to which everything is believed to be there. It only grows.
 *   <dt>window
 *   <dd>a half-open interval {@code [start, end)} of event time, aligned to the epoch; also the
 *       specification of all such intervals, such as {@code rolling:5m/10s}.
 *   <dt>pane
 *   <dd>a piece of event time that no window cuts. The sums of a window are merged from those of
 *       its panes, and never subtracted; those of many panes by ranges that are kept, so that the
 *       length of a window costs no time.
 *   <dt>average
 *   <dd>an {@link io.losswatch.core.window.Ewma}: its windows are its panes, and what was published
 *       for one decays into all that follow.
 *   <dt>series
 *   <dd>what a loss is of: a monitor, a model, its version and a slice of the traffic.
 *   <dt>crossing
 *   <dd>the watermark reaches or passes the boundary of a pane.
 *   <dt>late
 *   <dd>behind the watermark. A late sample still counts in the windows that are not final; what no
 *       window takes is <em>too late</em> and only its number is kept.
 *   <dt>revision
 *   <dd>one publication of a window: 0 when the watermark passes its end, a higher one at a later
 *       crossing if something late changed it.
 *   <dt>final
 *   <dd>the allowed lateness is over: the watermark is at or past the window's end plus that. The
 *       last revision says so, once.
 * </dl>
 */
@NullMarked
package io.losswatch.core.window;

import org.jspecify.annotations.NullMarked;
