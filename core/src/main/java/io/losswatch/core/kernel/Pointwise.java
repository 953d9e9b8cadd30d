package io.losswatch.core.kernel;

import static io.losswatch.core.kernel.Lanes.COUNT;
import static io.losswatch.core.kernel.Lanes.HALF_COUNT;
import static io.losswatch.core.kernel.Lanes.high;
import static io.losswatch.core.kernel.Lanes.load;
import static io.losswatch.core.kernel.Lanes.low;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/**
 * Losses of one element after the other over little-endian floats. Each method does whole vectors
 * only and says how many elements that were. Mutable scratch: one thread owns it.
 */
final class Pointwise {
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int VECTOR = COUNT * Float.BYTES;

  private final double[] wide = new double[HALF_COUNT];

  /** (x − y)², widened first: neither the difference nor the square can overflow. */
  static int squaredError(
      byte[] array, int xAt, byte[] labels, int yAt, int count, double[] out, int first) {
    int whole = count - count % COUNT;
    for (int i = 0; i < whole; i += COUNT) {
      FloatVector x = load(array, xAt + i * Float.BYTES);
      FloatVector y = load(labels, yAt + i * Float.BYTES);
      DoubleVector even = low(x).sub(low(y));
      even.mul(even).intoArray(out, first + i);
      DoubleVector odd = high(x).sub(high(y));
      odd.mul(odd).intoArray(out, first + i + HALF_COUNT);
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
    int whole = end - count * Float.BYTES % VECTOR;
    int distance = yAt - xAt;
    for (int i = xAt; i < whole; i += VECTOR) {
      FloatVector x = load(array, i);
      FloatVector y = load(labels, i + distance);
      DoubleVector difference = low(x).sub(low(y));
      even = difference.fma(difference, even);
      difference = high(x).sub(high(y));
      odd = difference.fma(difference, odd);
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
