package io.losswatch.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
  private static Tensor raw(Datatype datatype, int... bytes) {
    byte[] array = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      array[i] = (byte) bytes[i];
    }
    return Tensor.of(
        datatype, Shape.of(bytes.length / datatype.sizeBytes()), array, 0, array.length);
  }

  /** By the definition of IEEE 754 binary16, in doubles. */
  private static double half(int bits) {
    double sign = bits >= 0x8000 ? -1 : 1;
    int exponent = bits >> 10 & 31;
    int mantissa = bits & 1023;
    if (exponent == 31) {
      return mantissa == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    return exponent == 0
        ? sign * mantissa / 1024 * Math.pow(2, -14)
        : sign * (1 + mantissa / 1024.0) * Math.pow(2, exponent - 15);
  }

  @Test
  void doubleAt_everyHalf_isExact() {
    for (int bits = 0; bits < 0x10000; bits++) {
      double actual = raw(Datatype.FP16, bits & 255, bits >> 8).doubleAt(0);
      assertThat(Double.valueOf(actual)).as("bits %x", bits).isEqualTo(Double.valueOf(half(bits)));
    }
  }

  @Test
  void doubleAt_brainFloats_areUpperHalvesOfFloats() {
    Tensor tensor = raw(Datatype.BF16, 0x80, 0x3f, 0x80, 0xff, 0xc0, 0x7f, 0x01, 0x00);
    assertThat(tensor.doubleAt(0)).isEqualTo(1);
    assertThat(tensor.doubleAt(1)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(tensor.doubleAt(2)).isNaN();
    assertThat(tensor.doubleAt(3)).isEqualTo(0x1p-133);
  }

  @Test
  void longAt_everyIntegerDatatype_hasItsSignAndOrder() {
    assertThat(raw(Datatype.INT8, 0xff).longAt(0)).isEqualTo(-1);
    assertThat(raw(Datatype.UINT8, 0xff).longAt(0)).isEqualTo(255);
    assertThat(raw(Datatype.INT16, 0xfe, 0xff).longAt(0)).isEqualTo(-2);
    assertThat(raw(Datatype.INT32, 1, 2, 3, 0x80).longAt(0)).isEqualTo(0x80030201);
    assertThat(raw(Datatype.INT64, 0, 0, 0, 0, 1, 0, 0, 0).longAt(0)).isEqualTo(1L << 32);
    assertThat(raw(Datatype.BOOL, 0, 1, 2).longAt(2)).isEqualTo(1);
    assertThat(raw(Datatype.BOOL, 0, 1, 2).doubleAt(0)).isZero();
  }

  @Test
  void longAt_floatingDatatype_isAMistakeOfTheCaller() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Tensor.ofFloats(new float[] {1}, 1).longAt(0))
        .withMessage("FP32 holds no integers");
  }

  @Test
  void factories_values_comeBackExactly() {
    assertThat(Tensor.ofFloats(new float[] {0.1f, Float.MIN_VALUE}, 2).doubleAt(1))
        .isEqualTo(Float.MIN_VALUE);
    assertThat(Tensor.ofDoubles(new double[] {0.1}).doubleAt(0)).isEqualTo(0.1);
    assertThat(Tensor.ofLongs(new long[] {1, Long.MIN_VALUE}, 2, 1).longAt(1))
        .isEqualTo(Long.MIN_VALUE);
    assertThat(Tensor.ofInts(new int[] {-7}, 1, 1)).hasToString("INT32 [1, 1]");
  }

  @Test
  void factory_shapeOfOtherSize_isRefused() {
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> Tensor.ofFloats(new float[3], 2, 2))
        .withMessage("data of FP32 [2, 2] has 16 bytes, but this has 12")
        .extracting(RefusedException::reason)
        .isEqualTo(Reason.BAD_LENGTH);
  }

  @Test
  void doubleAt_outsideTheView_neverReadsTheNeighbour() {
    byte[] shared = new byte[16];
    Tensor view = Tensor.of(Datatype.FP32, Shape.of(2), shared, 4, 8);
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> view.doubleAt(2));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> view.doubleAt(-1));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> view.copyTo(1, 2, new double[2], 0));
  }

  @ParameterizedTest
  @EnumSource(Datatype.class)
  void copyTo_anyDatatype_equalsDoubleAt(Datatype datatype) {
    byte[] array = new byte[1 + 5 * datatype.sizeBytes()];
    for (int i = 0; i < array.length; i++) {
      array[i] = (byte) (i * 37);
    }
    Tensor tensor = Tensor.of(datatype, Shape.of(5), array, 1, array.length - 1);
    double[] target = new double[6];
    tensor.copyTo(1, 3, target, 2);
    for (int i = 0; i < 3; i++) {
      assertThat(Double.valueOf(target[2 + i])).isEqualTo(Double.valueOf(tensor.doubleAt(1 + i)));
    }
    assertThat(target[1]).isZero();
    assertThat(target[5]).isZero();
  }

  @Test
  void reshape_sameCount_viewsTheSameNumbers() {
    Tensor tensor = Tensor.ofInts(new int[] {1, 2, 3, 4, 5, 6}, 2, 3);
    assertThat(tensor.reshape(6).array()).isSameAs(tensor.array());
    assertThat(tensor.reshape(3, 2).longAt(4)).isEqualTo(5);
    assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> tensor.reshape(4));
  }

  @Test
  void rows_someInAnyOrder_areCopiedInThatOrder() {
    Tensor rows = Tensor.ofInts(new int[] {1, 2, 3, 4, 5, 6}, 3, 2).rows(2, 0, 2);
    assertThat(rows.shape()).isEqualTo(Shape.of(3, 2));
    assertThat(new long[] {rows.longAt(0), rows.longAt(1), rows.longAt(2), rows.longAt(5)})
        .containsExactly(5, 6, 1, 6);
  }

  @Test
  void rows_allInTheirOrder_areTheTensorItself() {
    Tensor tensor = Tensor.ofInts(new int[] {1, 2, 3, 4}, 2, 2);
    assertThat(tensor.rows(0, 1)).isSameAs(tensor);
    assertThat(tensor.rows(1, 0)).isNotSameAs(tensor);
    assertThat(tensor.rows().shape()).isEqualTo(Shape.of(0, 2));
  }

  @Test
  void rows_thatAreNotThere_areRefused() {
    Tensor tensor = Tensor.ofInts(new int[] {1, 2}, 2);
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> tensor.rows(2));
    assertThatIllegalStateException().isThrownBy(() -> Tensor.ofInts(new int[] {1}).rows(0));
  }

  @Test
  void without_anAxis_keepsTheOthers() {
    assertThat(Shape.of(2, 3, 4).without(1)).isEqualTo(Shape.of(2, 4));
    assertThat(Shape.of(2).without(0)).isEqualTo(Shape.of());
  }
}
