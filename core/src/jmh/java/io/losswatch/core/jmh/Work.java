package io.losswatch.core.jmh;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.loss.Loss;
import io.losswatch.core.loss.Losses;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/** A loss, a shape and numbers: what every contender of a row in the table of speeds works on. */
public enum Work {
  CROSS_ENTROPY_1000("cross_entropy", Datatype.FP32, Labels.CLASSES, 8192, 1000),
  CROSS_ENTROPY_50257("cross_entropy", Datatype.FP32, Labels.CLASSES, 256, 50257),
  CROSS_ENTROPY_151936("cross_entropy", Datatype.FP32, Labels.CLASSES, 128, 151936),
  CROSS_ENTROPY_10("cross_entropy", Datatype.FP32, Labels.CLASSES, 65536, 10),
  CROSS_ENTROPY_2("cross_entropy", Datatype.FP32, Labels.CLASSES, 65536, 2),
  BCE_WITH_LOGITS("bce_with_logits", Datatype.FP32, Labels.COINS, 1048576),
  BCE_WITH_LOGITS_80("bce_with_logits", Datatype.FP32, Labels.COINS, 65536, 80),
  MSE_80("mse", Datatype.FP32, Labels.COINS, 65536, 80),
  CROSS_ENTROPY_BF16("cross_entropy", Datatype.BF16, Labels.CLASSES, 8192, 1000),
  CROSS_ENTROPY_FP16("cross_entropy", Datatype.FP16, Labels.CLASSES, 8192, 1000),
  SOFT_TARGETS("cross_entropy", Datatype.FP32, Labels.PROBABILITIES, 8192, 1000),
  LABEL_SMOOTHING("cross_entropy", Datatype.FP32, Labels.SMOOTHED_CLASSES, 8192, 1000);

  /** The ε of {@link #LABEL_SMOOTHING}. */
  static final double SMOOTHING = 0.1;

  private final String lossName;
  private final Datatype datatype;
  private final Labels labels;
  private final Shape shape;

  Work(String lossName, Datatype datatype, Labels labels, long... extents) {
    this.lossName = lossName;
    this.datatype = datatype;
    this.labels = labels;
    this.shape = Shape.of(extents);
  }

  /** What the labels are. */
  private enum Labels {
    CLASSES,
    SMOOTHED_CLASSES,
    PROBABILITIES,
    COINS
  }

  /** The loss by its name in losswatch. */
  String lossName() {
    return lossName;
  }

  /** Datatype of the predictions. */
  Datatype datatype() {
    return datatype;
  }

  /** Shape of the predictions. */
  Shape shape() {
    return shape;
  }

  /** Rows of the predictions. */
  int rows() {
    return (int) shape.extent(0);
  }

  /** Predictions of a row. */
  int columns() {
    return shape.elementCount() / rows();
  }

  /** True of the same loss on the same shape, whatever the datatype and the labels. */
  boolean resembles(Work other) {
    return lossName.equals(other.lossName) && shape.equals(other.shape);
  }

  /** ε of label smoothing, 0 without. */
  double smoothing() {
    return labels == Labels.SMOOTHED_CLASSES ? SMOOTHING : 0;
  }

  /** What sets this work apart from the plain loss in FP32; empty: nothing. */
  String note() {
    return switch (labels) {
      case PROBABILITIES -> "soft targets";
      case SMOOTHED_CLASSES -> "label smoothing " + SMOOTHING;
      default -> datatype == Datatype.FP32 ? "" : datatype.name();
    };
  }

  /** Such as {@code cross_entropy [8192, 1000] BF16}. */
  String title() {
    return (lossName + " " + shape + " " + note()).strip();
  }

  /** The loss with the parameters of this work. */
  Loss loss() {
    return Losses.of(
        lossName,
        smoothing() == 0 ? Map.of() : Map.of("label-smoothing", Double.toString(SMOOTHING)));
  }

  /** Predictions, normal with a deviation of 3, and labels: the same at every call. */
  Batch batch() {
    SplittableRandom random = new SplittableRandom(42);
    return new Batch(
        new BatchHeader("benchmark", "", OptionalLong.empty(), null, Map.of()),
        new Predictions(OutputKind.LOGITS, Layout.CLASS_LAST, predictions(random)),
        labels(random),
        null,
        List.of());
  }

  private Tensor predictions(SplittableRandom random) {
    ByteBuffer buffer =
        ByteBuffer.allocate(shape.elementCount() * datatype.sizeBytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      float value = (float) (random.nextGaussian() * 3);
      switch (datatype) {
        case FP32 -> buffer.putFloat(value);
        case FP16 -> buffer.putShort(half(value));
        default -> buffer.putShort((short) (Float.floatToIntBits(value) + 0x8000 >>> 16));
      }
    }
    return Tensor.of(datatype, shape, buffer.array(), 0, buffer.capacity());
  }

  /** The nearest FP16, but 0 for what is below its normal numbers. */
  private static short half(float value) {
    int rounded = Float.floatToIntBits(value) + 0x1000;
    int sign = rounded >>> 16 & 0x8000;
    int exponent = (rounded >>> 23 & 0xff) - 127 + 15;
    int magnitude = exponent <= 0 ? 0 : exponent << 10 | rounded >>> 13 & 0x3ff;
    return (short) (sign | magnitude);
  }

  private Tensor labels(SplittableRandom random) {
    return switch (labels) {
      case COINS -> coins(random);
      case PROBABILITIES -> probabilities(random);
      default -> Tensor.ofLongs(random.longs(rows(), 0, columns()).toArray(), rows());
    };
  }

  private Tensor coins(SplittableRandom random) {
    float[] coins = new float[shape.elementCount()];
    for (int i = 0; i < coins.length; i++) {
      coins[i] = random.nextInt(2);
    }
    return Tensor.ofFloats(coins, shape.toArray());
  }

  private Tensor probabilities(SplittableRandom random) {
    int classes = columns();
    float[] shares = new float[shape.elementCount()];
    for (int row = 0; row < shares.length; row += classes) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        shares[row + c] = (float) random.nextDouble();
        sum += shares[row + c];
      }
      for (int c = 0; c < classes; c++) {
        shares[row + c] /= (float) sum;
      }
    }
    return Tensor.ofFloats(shares, shape.toArray());
  }
}
