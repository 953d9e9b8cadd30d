package io.losswatch.core.kernel;

import static io.losswatch.core.kernel.Lanes.COUNT;
import static io.losswatch.core.kernel.Lanes.HALF_COUNT;
import static io.losswatch.core.kernel.Lanes.wholeWide;
import static io.losswatch.core.kernel.Lanes.wide;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;

/**
 * Losses of one element after the other over little-endian floats. Each method does whole vectors
 * only and says how many elements that were. Mutable scratch: one thread owns it.
 */
final class Pointwise {
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int VECTOR = COUNT * Float.BYTES;
  private static final int HALF = VECTOR / 2;

  private final double[] wide = new double[HALF_COUNT];

  /** (x − y)², widened first: neither the difference nor the square can overflow. */
  static int squaredError(
      byte[] array, int xAt, byte[] labels, int yAt, int count, double[] out, int first) {
    int whole = Math.min(wholeWide(array.length, xAt, count), wholeWide(labels.length, yAt, count));
    for (int i = 0; i < whole; i += HALF_COUNT) {
      DoubleVector difference =
          wide(array, xAt + i * Float.BYTES).sub(wide(labels, yAt + i * Float.BYTES));
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
    int fitting =
        Math.min(wholeWide(array.length, xAt, count), wholeWide(labels.length, yAt, count));
    int whole = xAt + fitting * Float.BYTES;
    int distance = yAt - xAt;
    for (int i = xAt; i < whole; i += VECTOR) {
      DoubleVector x = wide(array, i).sub(wide(labels, i + distance));
      even = x.fma(x, even);
      DoubleVector y = wide(array, i + HALF).sub(wide(labels, i + distance + HALF));
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
