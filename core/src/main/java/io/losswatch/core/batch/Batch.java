package io.losswatch.core.batch;

import io.losswatch.core.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch of predictions and, if they are known, its labels. The tensors may be views into one
 * shared byte array.
 *
 * @param header who predicted, when and where
 * @param predictions what the model said
 * @param labels what was true; null: not known yet
 * @param weights per sample {@code [N]}, or of the shape of the per-sample losses
 * @param sampleIds one a row, or empty
 */
public record Batch(
    BatchHeader header,
    Predictions predictions,
    @Nullable Tensor labels,
    @Nullable Tensor weights,
    List<String> sampleIds) {}
