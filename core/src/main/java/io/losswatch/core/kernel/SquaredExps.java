package io.losswatch.core.kernel;

import static io.losswatch.core.kernel.Lanes.COUNT;
import static io.losswatch.core.kernel.Lanes.FLOATS;
import static io.losswatch.core.kernel.Lanes.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/**
 * {@link Kernel#squaredExps} over little-endian floats. The vector with the number that is left
 * out, and the numbers that fill no vector, are copied and padded with −∞. Additions carry their
 * error along as those of {@link ExpSums}. Mutable scratch: one thread owns it.
 */
final class SquaredExps {
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int BLOCK = 1024;
  private static final int BYTES = COUNT * Float.BYTES;

  private final byte[] rest = new byte[2 * BYTES];
  private final float[] lanes = new float[2 * COUNT];

  double sum(byte[] array, int at, int count, int except, float max) {
    int whole = count - count % COUNT;
    int cut = Math.min(whole, except - except % COUNT);
    int afterCut = Math.min(whole, cut + COUNT);
    copyRest(array, at, count, cut, except);
    return sum(array, at, cut, max)
        + sum(array, at + afterCut * Float.BYTES, whole - afterCut, max)
        + sum(rest, 0, 2 * COUNT, max);
  }

  private void copyRest(byte[] array, int at, int count, int cut, int except) {
    int whole = count - count % COUNT;
    for (int i = 0; i < 2 * COUNT; i++) {
      FLOAT.set(rest, i * Float.BYTES, Float.NEGATIVE_INFINITY);
    }
    if (cut < whole) {
      System.arraycopy(array, at + cut * Float.BYTES, rest, 0, BYTES);
    }
    int left = count - whole;
    System.arraycopy(array, at + whole * Float.BYTES, rest, BYTES, left * Float.BYTES);
    int place = except < whole ? except - cut : COUNT + except - whole;
    FLOAT.set(rest, place * Float.BYTES, Float.NEGATIVE_INFINITY);
  }

  private double sum(byte[] array, int at, int count, float max) {
    double sum = 0;
    for (int done = 0; done < count; done += BLOCK) {
      sum += block(array, at + done * Float.BYTES, Math.min(BLOCK, count - done), max);
    }
    return sum;
  }

  private double block(byte[] array, int at, int count, float max) {
    FloatVector top = FloatVector.broadcast(FLOATS, max);
    FloatVector total = FloatVector.broadcast(FLOATS, 1);
    FloatVector lost = FloatVector.zero(FLOATS);
    int end = at + count * Float.BYTES;
    for (int i = at; i < end; i += BYTES) {
      FloatVector d = load(array, i).sub(top);
      FloatVector term = Lanes.exp(d.add(d));
      FloatVector next = term.add(total);
      lost = term.sub(next.sub(total)).add(lost);
      total = next;
    }
    total.intoArray(lanes, 0);
    lost.intoArray(lanes, COUNT);
    double result = -COUNT;
    for (float lane : lanes) {
      result += lane;
    }
    return result;
  }
}
