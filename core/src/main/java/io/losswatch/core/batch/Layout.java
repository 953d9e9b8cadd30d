package io.losswatch.core.batch;

/** Where the class axis of a prediction is. Both are the same for rank 1 and 2. */
public enum Layout {
  /** {@code [..., C]}, such as the sequence logits {@code [B, S, V]}. */
  CLASS_LAST,
  /** {@code [N, C, d1..dk]}, as PyTorch reads it. */
  CLASS_SECOND
}
