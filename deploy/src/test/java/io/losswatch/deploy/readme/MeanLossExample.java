package io.losswatch.deploy.readme;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.loss.Loss;
import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.loss.Losses;
import io.losswatch.core.tensor.Tensor;
import io.losswatch.core.window.LossSummary;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The code sample of the README, which a test compares with it. */
final class MeanLossExample {
  private MeanLossExample() {}

  static LossSummary summarize() {
    // begin of the sample
    Loss loss = Losses.of("cross_entropy", Map.of("label-smoothing", "0.1"));
    Batch batch =
        new Batch(
            new BatchHeader("digits", "3", OptionalLong.empty(), null, Map.of("region", "eu")),
            new Predictions(
                OutputKind.LOGITS,
                Layout.CLASS_LAST,
                Tensor.ofFloats(new float[] {2.3f, 2.1f, 4.5f, 4.2f, 3.2f, 5.1f}, 2, 3)),
            Tensor.ofLongs(new long[] {1, 2}, 2),
            null,
            List.of());

    LossBuffer losses = new LossBuffer(); // reused: evaluating allocates nothing
    LossSummary summary = new LossSummary(); // mergeable, over any number of batches
    loss.samples(batch, losses);
    summary.addAll(losses, loss.isLikelihood());

    System.out.printf("%.4f ± %.4f%n", summary.mean(), summary.stderr());
    // end of the sample
    return summary;
  }
}
