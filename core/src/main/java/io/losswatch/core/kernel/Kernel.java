package io.losswatch.core.kernel;

import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Tensor;

/**
 * The arithmetic behind the losses: from tensors as they came into caller-owned double arrays. One
 * dispatch a call, none a number. A kernel has arrays to work in: one thread owns it.
 *
 * <p>Tensors may be of any datatype. What is below float64 is computed within the bounds of {@code
 * relative 5e-7, absolute 1e-7} of float64, FP64 within {@code 1e-12}. Ranges are checked by the
 * caller.
 */
public interface Kernel {
  /**
   * For each row r of {@code [firstRow, firstRow + rows)}: its maximum into {@code max[r]} and ln
   * Σ_c e^(x_c − max) into {@code logSum[r]}, so that −log_softmax(x)_c is (max − x_c) + logSum
   * without cancellation however large the logits. {@code logSum} is NaN if the row has a NaN or a
   * +Inf or is −Inf throughout.
   *
   * @param logits rows of {@code classes} numbers, one after the other
   */
  void logSumExp(Tensor logits, int firstRow, int rows, int classes, double[] max, double[] logSum);

  /** Σ (max − x_c) + logSum of a row's {@code count} logits from {@code start}. */
  double totalSurprisal(Tensor logits, int start, int count, double max, double logSum);

  /**
   * Σ (scale·t_c + offset)·((max − x_c) + logSum) of a row's {@code count} logits x and target
   * probabilities t from {@code start}.
   */
  double expectedSurprisal(
      Tensor logits,
      Tensor targets,
      int start,
      int count,
      double max,
      double logSum,
      double scale,
      double offset);

  /**
   * The mean of (x − y)² over each of {@code rows} rows of {@code row} elements into {@code out}
   * from 0.
   */
  void meanSquaredErrors(Tensor x, Tensor y, int rows, int row, double[] out);

  /** (x − y)² of {@code count} elements from {@code start} into {@code out} from {@code first}. */
  void squaredError(Tensor x, Tensor y, int start, int count, double[] out, int first);

  /**
   * Binary cross-entropy with logits, (1 − y)·x + softplus(−x), of {@code count} elements from
   * {@code start} into {@code out} from {@code first}; x = −Inf gives NaN.
   */
  void binaryCrossEntropy(
      Tensor logits, Tensor labels, int start, int count, double[] out, int first);

  /**
   * The mean of the binary cross-entropy with logits over each of {@code rows} rows of {@code row}
   * elements into {@code out} from 0.
   */
  void meanBinaryCrossEntropies(Tensor logits, Tensor labels, int rows, int row, double[] out);

  /**
   * ln(1 + e^(−|x|)) of {@code count} elements from {@code start} into {@code out} from {@code
   * first}.
   */
  void softplusTail(Tensor logits, int start, int count, double[] out, int first);

  /**
   * How many of {@code count} numbers from {@code start} come before the one at {@code start + at}
   * when they are ordered from the largest to the smallest, equal ones as they stand. A NaN comes
   * before nothing.
   */
  int rank(Tensor values, int start, int count, int at);

  /**
   * Σ e^(2·(x − max)) of {@code count} numbers from {@code start}, all but the one at {@code start
   * + except}.
   *
   * @param max the largest of them, finite
   */
  double squaredExps(Tensor values, int start, int count, int except, double max);

  /**
   * e^d of the first {@code count} numbers in their place, as precise as the datatype asks for;
   * below e^−87, for datatypes below float64, it may be any number up to that.
   */
  void exp(Datatype datatype, double[] exponents, int count);

  /** What this kernel runs on, for logs. */
  String description();
}
