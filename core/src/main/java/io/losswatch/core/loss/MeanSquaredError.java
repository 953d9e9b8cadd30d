package io.losswatch.core.loss;

import io.losswatch.core.batch.Predictions;
import io.losswatch.core.kernel.Kernel;
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
      int first,
      Workspace workspace) {
    workspace.kernel().squaredError(predictions.values(), labels, start, count, losses, first);
  }

  @Override
  void averageRows(Predictions predictions, Tensor labels, int rows, int row, LossBuffer out) {
    Kernel kernel = out.workspace().kernel();
    kernel.meanSquaredErrors(predictions.values(), labels, rows, row, out.losses());
  }
}
