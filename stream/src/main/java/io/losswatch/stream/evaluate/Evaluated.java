package io.losswatch.stream.evaluate;

import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.SampleRun;
import io.losswatch.stream.consume.SourceRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record after its losses were computed.
 *
 * @param source the record as it came
 * @param header who predicted, when and where; null if the record could not be read
 * @param evaluations one for each monitor that takes the batch
 * @param refusal why the record, or a monitor, refused it; null if all is well
 */
public record Evaluated(
    SourceRecord source,
    @Nullable BatchHeader header,
    List<Evaluation> evaluations,
    @Nullable RefusedException refusal) {
  /**
   * What a batch is to a monitor.
   *
   * @param plan the monitor
   * @param summary sums of its samples' losses and companion metrics, or their number if they have
   *     no labels yet
   * @param samples one by one, if a window of the monitor is of the last ones and there are labels
   */
  public record Evaluation(MonitorPlan plan, LossSummary summary, @Nullable SampleRun samples) {
    /** Of a monitor that no single sample is told to. */
    public Evaluation(MonitorPlan plan, LossSummary summary) {
      this(plan, summary, null);
    }
  }
}
