/**
 * The audit: proves or refutes, series by series, that every labelled sample is counted once. In:
 * what the topics of the stream hold. Out: a verdict for each source partition and each series.
 *
 * <p>Three arguments make the proof, and each is checked on its own:
 *
 * <ul>
 *   <li><b>Tiling</b> ({@link io.losswatch.deploy.audit.SourceAudit}): the ranges that the partials
 *       tell of a source partition follow on one another without hole and overlap up to what its
 *       consumer group has committed.
 *   <li><b>Recount</b> ({@link io.losswatch.deploy.audit.RangeAudit}): the records of each range
 *       are read, decoded and evaluated anew; counts agree exactly and sums to 1e-12, and what was
 *       refused is a dead letter once.
 *   <li><b>Windows</b> ({@link io.losswatch.deploy.audit.SeriesAudit}): each published window is
 *       summed up from the partials that were there at its watermark; each that is due is there,
 *       with revisions from 0 on and one that is final. Rolling and tumbling windows are summed up
 *       in the obvious way, averages by the product's own arithmetic, from the beginning of the
 *       partials. Windows of the last samples ({@link io.losswatch.deploy.audit.LastReplay}) are
 *       summed up from the single samples, which the recount compares one by one.
 * </ul>
 *
 * <p>Where labels come later, or batches that come twice count once, no range can be recounted by
 * itself: {@link io.losswatch.deploy.audit.JoinAudit} compares whole series instead, pane by pane,
 * latencies of labels included. The single samples of windows of the last ones are believed then.
 *
 * <p>It is taken for granted that the configuration was the same all the time. A monitor or a
 * window that was added later is unproved for the time before its first sign, not refuted.
 * Companion metrics, deviations and likelihoods are not compared.
 */
@NullMarked
package io.losswatch.deploy.audit;

import org.jspecify.annotations.NullMarked;
