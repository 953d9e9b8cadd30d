package io.losswatch.core.loss;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Tensor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Class indices out of integer labels. */
final class ClassLabels {
  /** Stands for a label that is ignored. */
  static final int IGNORED = -1;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private ClassLabels() {}

  /**
   * Writes one class a row into {@code targets}.
   *
   * @throws RefusedException {@code bad-label} if a label is neither a class nor {@code
   *     ignoreIndex}
   */
  static void read(Tensor labels, ClassAxis axis, long ignoreIndex, int[] targets) {
    int rows = axis.rows();
    for (int r = plainClasses(labels, rows, axis.classes(), ignoreIndex, targets); r < rows; r++) {
      long label = labels.longAt(r);
      if (label == ignoreIndex) {
        targets[r] = IGNORED;
      } else if (label >= 0 && label < axis.classes()) {
        targets[r] = (int) label;
      } else {
        throw notOne(labels, axis.classes(), ignoreIndex, r);
      }
    }
  }

  /**
   * Reads INT64 labels up to the first that may be none, to where it answers; an ignored class is
   * one of those.
   */
  private static int plainClasses(
      Tensor labels, int rows, int classes, long ignoreIndex, int[] targets) {
    if (labels.datatype() != Datatype.INT64) {
      return 0;
    }
    byte[] array = labels.array();
    int at = labels.offset();
    for (int r = 0; r < rows; r++) {
      long label = (long) LONG.get(array, at + r * Long.BYTES);
      if (label < 0 || label >= classes || label == ignoreIndex) {
        return r;
      }
      targets[r] = (int) label;
    }
    return rows;
  }

  private static RefusedException notOne(Tensor labels, int classes, long ignoreIndex, int row) {
    return new RefusedException(
        Reason.BAD_LABEL,
        "a label is in [0, %d) or ignore-index %d, but %s is %d"
            .formatted(
                classes,
                ignoreIndex,
                Admission.place("labels", labels.shape(), row),
                labels.longAt(row)));
  }

  /**
   * Checks labels that have no ignored value.
   *
   * @throws RefusedException {@code bad-label} if a label is outside {@code [least, classes)}
   */
  static void requireIn(Tensor labels, long least, int classes) {
    int count = labels.shape().elementCount();
    for (int i = 0; i < count; i++) {
      long label = labels.longAt(i);
      if (label < least || label >= classes) {
        throw new RefusedException(
            Reason.BAD_LABEL,
            "a label is in [%d, %d), but %s is %d"
                .formatted(least, classes, Admission.place("labels", labels.shape(), i), label));
      }
    }
  }

  /** The first row from {@code first} that is ignored, or {@code rows}. */
  static int endOfRun(int[] targets, int first, int rows) {
    int r = first;
    while (r < rows && targets[r] != IGNORED) {
      r++;
    }
    return r;
  }
}
