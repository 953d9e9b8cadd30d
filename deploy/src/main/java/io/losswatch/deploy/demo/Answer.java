package io.losswatch.deploy.demo;

import io.losswatch.schemas.OutputKind;

/**
 * What a model said about some rows, and what was true.
 *
 * @param task which model
 * @param predictions {@code [N, 10]} logits, {@code [N]} logits or values, or {@code [B, S, V]}
 *     logits
 * @param labels {@code [N]}, or {@code [B, S]}
 */
record Answer(Task task, Numbers predictions, Numbers labels) {
  /** What the predictions are. */
  OutputKind kind() {
    return task == Task.DIABETES ? OutputKind.VALUES : OutputKind.LOGITS;
  }
}
