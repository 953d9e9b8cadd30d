package io.losswatch.core.loss;

import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Tensor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Brings the classes of each row together, whatever the layout, so that all that follows knows one
 * layout only. Mutable: keeps its array for the next batch; owned by one {@link Workspace}.
 */
final class Transposition {
  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);

  private byte[] array = new byte[0];
  private @Nullable Tensor last;

  private static VarHandle view(Class<?> arrayType) {
    return MethodHandles.byteArrayViewVarHandle(arrayType, ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The numbers in the order row, class: {@code tensor} itself if it has it, else a copy that lasts
   * until the next call.
   */
  Tensor rows(Tensor tensor, ClassAxis axis) {
    if (axis.inner() == 1) {
      return tensor;
    }
    if (array.length < tensor.length()) {
      array = new byte[tensor.length()];
      last = null;
    }
    copy(tensor, axis);
    Tensor rows = last;
    if (rows == null
        || rows.datatype() != tensor.datatype()
        || !rows.shape().equals(tensor.shape())) {
      rows = Tensor.of(tensor.datatype(), tensor.shape(), array, 0, tensor.length());
      last = rows;
    }
    return rows;
  }

  private void copy(Tensor tensor, ClassAxis axis) {
    Datatype datatype = tensor.datatype();
    int size = datatype.sizeBytes();
    int inner = axis.inner();
    for (int first = 0; first < axis.rows(); first += inner) {
      for (int c = 0; c < axis.classes(); c++) {
        int from = tensor.offset() + axis.elementOf(first, c) * size;
        int to = (first * axis.classes() + c) * size;
        copyStrided(tensor.array(), from, to, axis.classes() * size, inner, size);
      }
    }
  }

  private void copyStrided(byte[] source, int from, int to, int stride, int count, int size) {
    for (int i = 0; i < count; i++) {
      int at = from + i * size;
      int target = to + i * stride;
      switch (size) {
        case Byte.BYTES -> array[target] = source[at];
        case Short.BYTES -> SHORT.set(array, target, (short) SHORT.get(source, at));
        case Integer.BYTES -> INT.set(array, target, (int) INT.get(source, at));
        default -> LONG.set(array, target, (long) LONG.get(source, at));
      }
    }
  }
}
