package io.losswatch.core.kernel;

import static io.losswatch.core.kernel.Lanes.COUNT;
import static io.losswatch.core.kernel.Lanes.FLOATS;
import static io.losswatch.core.kernel.Lanes.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** {@link Kernel#rank} over little-endian floats. Mutable scratch: one thread owns it. */
final class Ranking {
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final IntVector ONE = IntVector.broadcast(Lanes.INTS, 1);

  private final int[] lanes = new int[COUNT];

  int rank(byte[] array, int offset, int count, int at) {
    float value = (float) FLOAT.get(array, offset + at * Float.BYTES);
    return notBelow(array, offset, at, value)
        + above(array, offset + at * Float.BYTES, count - at, value);
  }

  private int notBelow(byte[] array, int offset, int count, float value) {
    int whole = count - count % COUNT;
    int found = 0;
    if (whole > 0) {
      FloatVector bound = FloatVector.broadcast(FLOATS, value);
      IntVector counts = IntVector.zero(Lanes.INTS);
      int end = offset + whole * Float.BYTES;
      for (int i = offset; i < end; i += COUNT * Float.BYTES) {
        FloatVector x = load(array, i);
        counts = counts.add(ONE, x.compare(VectorOperators.GE, bound).cast(Lanes.INTS));
      }
      counts.intoArray(lanes, 0);
      found = sumOfLanes();
    }
    for (int i = whole; i < count; i++) {
      found += (float) FLOAT.get(array, offset + i * Float.BYTES) >= value ? 1 : 0;
    }
    return found;
  }

  private int above(byte[] array, int offset, int count, float value) {
    int whole = count - count % COUNT;
    int found = 0;
    if (whole > 0) {
      FloatVector bound = FloatVector.broadcast(FLOATS, value);
      IntVector counts = IntVector.zero(Lanes.INTS);
      int end = offset + whole * Float.BYTES;
      for (int i = offset; i < end; i += COUNT * Float.BYTES) {
        FloatVector x = load(array, i);
        counts = counts.add(ONE, x.compare(VectorOperators.GT, bound).cast(Lanes.INTS));
      }
      counts.intoArray(lanes, 0);
      found = sumOfLanes();
    }
    for (int i = whole; i < count; i++) {
      found += (float) FLOAT.get(array, offset + i * Float.BYTES) > value ? 1 : 0;
    }
    return found;
  }

  private int sumOfLanes() {
    int sum = 0;
    for (int lane : lanes) {
      sum += lane;
    }
    return sum;
  }
}
