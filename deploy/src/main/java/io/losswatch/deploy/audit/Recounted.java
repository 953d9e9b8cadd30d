package io.losswatch.deploy.audit;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.LateLabels;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.SampleRun;
import io.losswatch.stream.evaluate.MonitorPlan;
import io.losswatch.stream.fold.DeltaKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An input record, evaluated anew.
 *
 * @param offset of the record
 * @param isReadable false: nothing is known of it but that it is refused
 * @param eventTimeMillis of its samples
 * @param shares what it adds to each series
 * @param refusal why it, or a monitor, refuses it; null if all is well
 * @param content what it holds
 */
record Recounted(
    long offset,
    boolean isReadable,
    long eventTimeMillis,
    List<Share> shares,
    @Nullable Reason refusal,
    Content content) {
  /**
   * What a record holds. Both are null if it cannot be read.
   *
   * @param batch predictions
   * @param labels labels that come later
   */
  record Content(@Nullable Batch batch, @Nullable LateLabels labels) {
    static final Content NONE = new Content(null, null);
  }

  /**
   * What a record adds to one series.
   *
   * @param key of series and pane
   * @param plan of the monitor
   * @param sums of its samples
   * @param samples one by one, if they are told
   */
  record Share(DeltaKey key, MonitorPlan plan, LossSummary sums, @Nullable SampleRun samples) {}
}
