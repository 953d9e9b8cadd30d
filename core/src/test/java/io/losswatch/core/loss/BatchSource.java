package io.losswatch.core.loss;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Tensor;
import java.util.Random;

/**
 * Arbitrary batches of one loss.
 *
 * @param kind of the predictions
 * @param forms that predictions have
 * @param predictions numbers of the predictions
 * @param labels for the predictions
 */
record BatchSource(OutputKind kind, Form.Family forms, Numbers predictions, Labels labels) {
  /** Predictions and labels of one shape, whatever it is. */
  static BatchSource ofElements(OutputKind kind, Numbers predictions, Numbers labels) {
    return new BatchSource(kind, Form::any, predictions, Labels.numbers(labels));
  }

  BatchSource withForms(Form.Family other) {
    return new BatchSource(kind, other, predictions, labels);
  }

  /** A batch of a form, without weights. */
  Batch draw(Form form, Datatype datatype, boolean special, Random random) {
    double[] values = predictions.draw(random, form.shape().elementCount(), special);
    Tensor tensor = Tensors.of(datatype, values, form.shape().toArray());
    return Batches.of(kind, form.layout(), tensor, labels.draw(form, special, random), null);
  }
}
