package io.losswatch.core.kernel;

import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Tensor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Numbers of the narrow datatypes as little-endian floats, so that they take the way of FP32.
 * Mutable scratch: one thread owns it.
 */
final class Widening {
  /** Floats at a time, unless one row has more: they stay in the L1 cache. */
  static final int BLOCK = 2048;

  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  private final double[] wide = new double[BLOCK];
  private byte[] floats = new byte[BLOCK * Float.BYTES];

  /** True if a float holds every number of the datatype. */
  static boolean isExact(Datatype datatype) {
    return switch (datatype) {
      case FP32, FP16, BF16, INT8, INT16, UINT8, BOOL -> true;
      case FP64, INT32, INT64 -> false;
    };
  }

  /** The numbers from {@code start}, valid until the next call. */
  byte[] floats(Tensor tensor, int start, int count) {
    if (floats.length < count * Float.BYTES) {
      floats = new byte[count * Float.BYTES];
    }
    for (int done = 0; done < count; done += BLOCK) {
      int n = Math.min(BLOCK, count - done);
      tensor.copyTo(start + done, n, wide, 0);
      for (int i = 0; i < n; i++) {
        FLOAT.set(floats, (done + i) * Float.BYTES, (float) wide[i]);
      }
    }
    return floats;
  }
}
