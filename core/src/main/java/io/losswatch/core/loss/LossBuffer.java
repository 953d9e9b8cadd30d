package io.losswatch.core.loss;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The losses of one batch. Mutable; owned and reused by the thread that evaluates batches, so that
 * evaluating allocates nothing once the largest batch has been seen.
 *
 * <p>Entry {@code i} is a numerator and a denominator: {@code mean} is Σ numerators / Σ
 * denominators. A loss calls {@link #begin}, then {@link #put} or {@link #ignore} once an entry,
 * then {@link #weigh}.
 */
public final class LossBuffer {
  private final Workspace workspace = new Workspace();
  private final BitSet ignored = new BitSet();
  private final MetricSums metricSums = new MetricSums();
  private double[] losses = new double[0];
  private double[] weights = new double[0];
  private Shape shape = Shape.of(0);
  private Shape samples = Shape.of(0);
  private int elementsPerSample = 1;
  private long batchSize;
  private boolean weighted;

  /** So many denominators from 0 are still 1: they need not be written again. */
  private int ones;

  /** An empty buffer that grows with the batches. */
  public LossBuffer() {}

  /**
   * Asks for companion metrics of all further batches, until others are asked for. Nothing is
   * counted unless the loss names them all in {@link Loss#metrics}.
   */
  public void request(Metrics metrics) {
    metricSums.turnTo(metrics);
  }

  /** What is asked for beside the losses. */
  public Metrics requested() {
    return metricSums.metrics();
  }

  /**
   * One of the additive sums that the metrics of this batch are read from, after {@link
   * Loss#samples}.
   *
   * @param place from 0, below {@link Metrics#sumCount}
   */
  public double metricSum(int place) {
    return metricSums.sum(place);
  }

  /** What rounding lost of that sum. */
  public double metricSumRest(int place) {
    return metricSums.rest(place);
  }

  /**
   * Forgets the last batch and makes room for the next: every loss 0 with denominator 1, nothing
   * ignored.
   *
   * @param elements shape of reduction {@code none}
   * @param samples shape of the per-sample losses, whose extents {@code elements} starts with
   * @param batchSize N, the rows of the predictions' first axis, by which {@code batchmean} divides
   */
  public void begin(Shape elements, Shape samples, long batchSize) {
    int count = samples.elementCount();
    begin(elements, samples, count == 0 ? 1 : elements.elementCount() / count, batchSize);
    Arrays.fill(losses, 0, size(), 0);
  }

  /**
   * As above, but the entries are means of {@code elementsPerSample} already, and the loss of each
   * will be set.
   */
  void beginSamples(Shape samples, int elementsPerSample, long batchSize) {
    begin(samples, samples, elementsPerSample, batchSize);
  }

  private void begin(Shape entries, Shape samples, int elementsPerSample, long batchSize) {
    int size = entries.elementCount();
    if (losses.length < size) {
      losses = new double[size];
      weights = new double[size];
      ones = 0;
    }
    if (ones < size) {
      Arrays.fill(weights, ones, size, 1);
      ones = size;
    }
    ignored.clear();
    metricSums.clear();
    this.shape = entries;
    this.samples = samples;
    this.elementsPerSample = elementsPerSample;
    this.batchSize = batchSize;
    this.weighted = false;
  }

  /** Sets the loss of entry {@code i}; its denominator stays. */
  public void put(int i, double loss) {
    losses[i] = loss;
  }

  /** Sets the loss of entry {@code i}, class weight included, and its denominator. */
  public void put(int i, double loss, double weight) {
    losses[i] = loss;
    setWeight(i, weight);
  }

  private void setWeight(int i, double weight) {
    if (weights[i] != weight) {
      weights[i] = weight;
      ones = Math.min(ones, i);
    }
  }

  /** Ignores entry {@code i}: loss 0, denominator 0, no sample. */
  public void ignore(int i) {
    losses[i] = 0;
    setWeight(i, 0);
    ignored.set(i);
  }

  /**
   * Multiplies losses and denominators by a batch's weights.
   *
   * @param recordWeights of shape {@code [N]} or of the shape of the per-sample losses; null: none
   * @throws RefusedException {@code bad-shape} if the shape does not fit; {@code bad-value} if a
   *     weight is negative, infinite or NaN
   */
  public void weigh(@Nullable Tensor recordWeights) {
    if (recordWeights == null) {
      return;
    }
    int count = recordWeights.shape().elementCount();
    if (!fits(recordWeights.shape())) {
      throw new RefusedException(
          Reason.BAD_SHAPE,
          "weights has one number a row or a sample, but weights has shape %s and samples %s"
              .formatted(recordWeights.shape(), samples));
    }
    weighted = true;
    int run = count == 0 ? 0 : size() / count;
    for (int w = 0; w < count; w++) {
      double weight = recordWeights.doubleAt(w);
      if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
        throw new RefusedException(
            Reason.BAD_VALUE, "a weight is finite and >= 0, but weights[" + w + "] is " + weight);
      }
      for (int i = w * run; i < (w + 1) * run; i++) {
        if (!ignored.get(i)) {
          losses[i] *= weight;
          setWeight(i, weights[i] * weight);
        }
      }
    }
  }

  private boolean fits(Shape weightsShape) {
    if (weightsShape.equals(samples)) {
      return true;
    }
    return weightsShape.rank() == 1 && weightsShape.extent(0) == batchSize;
  }

  /** Number of entries. */
  public int size() {
    return shape.elementCount();
  }

  /** Shape of the entries, as PyTorch's reduction {@code none} has it. */
  public Shape shape() {
    return shape;
  }

  /**
   * The numerators, valid up to {@link #size()}: each loss multiplied by its class weight and the
   * batch's weight. Owned by this buffer and overwritten by the next batch.
   */
  public double[] losses() {
    return losses;
  }

  /** The denominators, valid up to {@link #size()}: what each entry adds to that of the mean. */
  public double[] weights() {
    return weights;
  }

  /** True if entry {@code i} has an ignored label: it is no sample. */
  public boolean isIgnored(int i) {
    return ignored.get(i);
  }

  /** How many elements one sample averages: the numbers of a row, 1 for class losses. */
  public int elementsPerSample() {
    return elementsPerSample;
  }

  /** True if the batch has weights. */
  public boolean isWeighted() {
    return weighted;
  }

  /**
   * One number for the batch, from sums in double, compensated, in the order of the entries. NaN
   * and infinities come through; {@code MEAN} of nothing is NaN.
   *
   * @throws IllegalArgumentException for {@code NONE}
   */
  public double reduce(Reduction reduction) {
    return switch (reduction) {
      case SUM -> Sums.compensated(losses, size());
      case MEAN -> Sums.compensated(losses, size()) / Sums.compensated(weights, size());
      case BATCHMEAN -> Sums.compensated(losses, size()) / batchSize;
      case NONE -> throw new IllegalArgumentException("reduction none is no single number");
    };
  }

  /** True if companions of this loss are asked for. */
  boolean counts(Loss loss) {
    return !requested().isEmpty() && requested().areAmong(loss.metrics());
  }

  MetricSums metricSums() {
    return metricSums;
  }

  /** Where the losses that fill this buffer work. */
  Workspace workspace() {
    return workspace;
  }

  /** Turns elements into samples: a sample is the mean of its elements. */
  void averageRows() {
    if (shape.equals(samples)) {
      return;
    }
    int count = samples.elementCount();
    int row = elementsPerSample;
    for (int s = 0; s < count; s++) {
      double loss = Sums.plain(losses, s * row, row) / row;
      double weight = Sums.plain(weights, s * row, row) / row;
      boolean nothing = ignored.nextClearBit(s * row) >= (s + 1) * row;
      ignored.set(s, nothing);
      losses[s] = nothing ? 0 : loss;
      setWeight(s, nothing ? 0 : weight);
    }
    ignored.clear(count, Math.max(count, ignored.length()));
    shape = samples;
  }
}
