package io.losswatch.core.batch;

import io.losswatch.core.tensor.Tensor;

/**
 * What a model said.
 *
 * @param kind what the numbers are
 * @param layout where the class axis is
 * @param values the numbers; the first axis counts samples, unless a class prediction is of rank 1
 */
public record Predictions(OutputKind kind, Layout layout, Tensor values) {}
