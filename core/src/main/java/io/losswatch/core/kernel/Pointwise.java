package io.losswatch.core.kernel;

import static io.losswatch.core.kernel.Lanes.COUNT;
import static io.losswatch.core.kernel.Lanes.FLOATS;
import static io.losswatch.core.kernel.Lanes.constant;
import static io.losswatch.core.kernel.Lanes.load;
import static io.losswatch.core.kernel.Lanes.loadWide;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Losses of one element after the other over little-endian floats. Each method does whole vectors
 * only and says how many elements that were. Mutable scratch: one thread owns it.
 */
final class Pointwise {
  /** Elements of one call at most. */
  static final int BLOCK = 1024;

  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int HALF_COUNT = Lanes.HALF_FLOATS.length();
  private static final int HALF = HALF_COUNT * Float.BYTES;

  // ln(1 + u) / u on [0, 1]: error 1.4e-8 of the logarithm
  private static final FloatVector P0 = constant(0.9999993443);
  private static final FloatVector P1 = constant(-0.4999709427);
  private static final FloatVector P2 = constant(0.3328966796);
  private static final FloatVector P3 = constant(-0.2467268854);
  private static final FloatVector P4 = constant(0.1856981963);
  private static final FloatVector P5 = constant(-0.1269089133);
  private static final FloatVector P6 = constant(0.0680847242);
  private static final FloatVector P7 = constant(-0.0238554757);
  private static final FloatVector P8 = constant(0.0039304616);

  private final float[] losses = new float[BLOCK];
  private final float[] lanes = new float[COUNT];
  private final double[] wide = new double[HALF_COUNT];

  /** ln(1 + e^(−|x|)). */
  static FloatVector tail(FloatVector x) {
    FloatVector u = Lanes.exp(x.abs().neg());
    FloatVector p = P8.fma(u, P7).fma(u, P6).fma(u, P5).fma(u, P4).fma(u, P3);
    return p.fma(u, P2).fma(u, P1).fma(u, P0).mul(u);
  }

  int softplusTail(byte[] array, int at, int count, double[] out, int first) {
    int whole = count - count % COUNT;
    for (int i = 0; i < whole; i += COUNT) {
      tail(load(array, at + i * Float.BYTES)).intoArray(losses, i);
    }
    widen(whole, out, first);
    return whole;
  }

  /**
   * x·([x >= 0] − y) + ln(1 + e^(−|x|)).
   *
   * @return 0 if a result is not finite: infinities need the care of the scalar code
   */
  int binaryCrossEntropy(
      byte[] logits, int xAt, byte[] labels, int yAt, int count, double[] out, int first) {
    int whole = count - count % COUNT;
    FloatVector bad = FloatVector.zero(FLOATS);
    for (int i = 0; i < whole; i += COUNT) {
      FloatVector x = load(logits, xAt + i * Float.BYTES);
      FloatVector y = load(labels, yAt + i * Float.BYTES);
      FloatVector step =
          Lanes.ZERO.blend(Lanes.ONE, x.compare(VectorOperators.GE, Lanes.ZERO)).sub(y);
      FloatVector loss = step.fma(x, tail(x));
      bad = loss.fma(Lanes.ZERO, bad);
      loss.intoArray(losses, i);
    }
    bad.intoArray(lanes, 0);
    if (!areZero()) {
      return 0;
    }
    widen(whole, out, first);
    return whole;
  }

  private boolean areZero() {
    float sum = 0;
    for (float lane : lanes) {
      sum += lane;
    }
    return sum == 0;
  }

  /** Of whole vectors. */
  private void widen(int count, double[] out, int first) {
    for (int i = 0; i < count; i += HALF_COUNT) {
      DoubleVector loss =
          (DoubleVector)
              FloatVector.fromArray(Lanes.HALF_FLOATS, losses, i)
                  .convertShape(VectorOperators.F2D, Lanes.DOUBLES, 0);
      loss.intoArray(out, first + i);
    }
  }

  /** (x − y)², widened first: neither the difference nor the square can overflow. */
  static int squaredError(
      byte[] array, int xAt, byte[] labels, int yAt, int count, double[] out, int first) {
    int whole = count - count % HALF_COUNT;
    for (int i = 0; i < whole; i += HALF_COUNT) {
      DoubleVector difference =
          loadWide(array, xAt + i * Float.BYTES).sub(loadWide(labels, yAt + i * Float.BYTES));
      difference.mul(difference).intoArray(out, first + i);
    }
    return whole;
  }

  /** The mean of (x − y)² over each row into {@code out} from 0. */
  void meanSquaredErrors(
      byte[] array, int xAt, byte[] labels, int yAt, int rows, int row, double[] out) {
    for (int r = 0; r < rows; r++) {
      int skipped = r * row * Float.BYTES;
      out[r] = sumOfSquares(array, xAt + skipped, labels, yAt + skipped, row) / row;
    }
  }

  private double sumOfSquares(byte[] array, int xAt, byte[] labels, int yAt, int count) {
    DoubleVector even = DoubleVector.zero(Lanes.DOUBLES);
    DoubleVector odd = DoubleVector.zero(Lanes.DOUBLES);
    int end = xAt + count * Float.BYTES;
    int whole = end - count * Float.BYTES % (2 * HALF);
    int distance = yAt - xAt;
    for (int i = xAt; i < whole; i += 2 * HALF) {
      DoubleVector x = loadWide(array, i).sub(loadWide(labels, i + distance));
      DoubleVector y = loadWide(array, i + HALF).sub(loadWide(labels, i + distance + HALF));
      even = x.fma(x, even);
      odd = y.fma(y, odd);
    }
    even.add(odd).intoArray(wide, 0);
    double sum = 0;
    for (double lane : wide) {
      sum += lane;
    }
    for (int i = whole; i < end; i += Float.BYTES) {
      double d = (double) (float) FLOAT.get(array, i) - (float) FLOAT.get(labels, i + distance);
      sum += d * d;
    }
    return sum;
  }
}
