package io.losswatch.core.loss;

import io.losswatch.core.batch.Predictions;
import io.losswatch.core.tensor.Tensor;

/** (x − y)². */
final class MeanSquaredError extends BlockwiseLoss {
  MeanSquaredError() {
    super("mse");
  }

  @Override
  void block(
      Predictions predictions,
      Tensor labels,
      int start,
      int count,
      double[] losses,
      Workspace workspace) {
    workspace.kernel().squaredError(predictions.values(), labels, start, count, losses);
  }
}
