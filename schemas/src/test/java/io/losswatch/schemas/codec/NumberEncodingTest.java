package io.losswatch.schemas.codec;

import static io.losswatch.schemas.codec.LogitBatches.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NumberEncodingTest {
  private static Tensor tensor(Datatype datatype, double... numbers) {
    Shape shape = Shape.of(numbers.length);
    byte[] bytes = NumberEncoding.encode(datatype, shape, numbers);
    return Tensor.of(datatype, shape, bytes, 0, bytes.length);
  }

  private static double halfValue(int bits, int mantissaBits, int minExponent) {
    int exponent = (bits & 0x7FFF) >> mantissaBits;
    int mantissa = bits & ((1 << mantissaBits) - 1);
    double value =
        exponent == 0
            ? Math.scalb((double) mantissa, minExponent - mantissaBits)
            : Math.scalb(
                mantissa + (double) (1 << mantissaBits), minExponent - mantissaBits + exponent - 1);
    return (bits & 0x8000) == 0 ? value : -value;
  }

  /**
   * Every finite half stays itself, what lies between two goes to the nearer, a tie to the even.
   */
  private static void checkEveryHalf(int mantissaBits, int minExponent, int infinity, boolean bf) {
    for (int bits = 0; bits < infinity; bits++) {
      double here = halfValue(bits, mantissaBits, minExponent);
      double next = halfValue(bits + 1, mantissaBits, minExponent);
      double tie = here + (next - here) / 2;
      int even = bits % 2 == 0 ? bits : bits + 1;
      assertThat(encode(here, bf)).isEqualTo(bits);
      assertThat(encode(-here, bf)).isEqualTo(bits | 0x8000);
      assertThat(encode(tie, bf)).isEqualTo(even);
      assertThat(encode(Math.nextDown(tie), bf)).isEqualTo(bits);
      assertThat(encode(Math.nextUp(tie), bf)).isEqualTo(bits + 1);
    }
  }

  private static int encode(double number, boolean bf) {
    return (bf ? NumberEncoding.bf16(number) : NumberEncoding.fp16(number)) & 0xFFFF;
  }

  @Test
  void fp16_everyValueAndEveryTie_isRoundedToTheNearestEven() {
    checkEveryHalf(10, -14, 0x7C00, false);
  }

  @Test
  void bf16_everyValueAndEveryTie_isRoundedToTheNearestEven() {
    checkEveryHalf(7, -126, 0x7F80, true);
  }

  @ParameterizedTest
  @CsvSource({
    "NaN, 7E00, 7FC0",
    "Infinity, 7C00, 7F80",
    "-Infinity, FC00, FF80",
    "1e300, 7C00, 7F80",
    "65519.99, 7BFF, 4780",
    "65520, 7C00, 4780",
    "-1e-300, 8000, 8000",
    "4.9e-324, 0, 0"
  })
  void half_ofAnEdge_isWhatIeeeSays(double number, String fp16, String bf16) {
    assertThat(encode(number, false)).isEqualTo(Integer.parseInt(fp16, 16));
    assertThat(encode(number, true)).isEqualTo(Integer.parseInt(bf16, 16));
  }

  @Test
  void floats_ofAnyValue_areReadBackByTheCore() {
    Random random = new Random(5);
    double[] numbers = random.doubles(1000, -1e5, 1e5).toArray();
    Tensor fp64 = tensor(Datatype.FP64, numbers);
    Tensor fp32 = tensor(Datatype.FP32, numbers);
    Tensor fp16 = tensor(Datatype.FP16, 1.5, -0.0, 65504);
    for (int i = 0; i < numbers.length; i++) {
      assertThat(fp64.doubleAt(i)).isEqualTo(numbers[i]);
      assertThat(fp32.doubleAt(i)).isEqualTo((float) numbers[i]);
    }
    assertThat(fp16.doubleAt(0)).isEqualTo(1.5);
    assertThat(fp16.doubleAt(1)).isEqualTo(-0.0);
    assertThat(fp16.doubleAt(2)).isEqualTo(65504);
  }

  @ParameterizedTest
  @CsvSource({
    "INT8, -128, 127",
    "INT16, -32768, 32767",
    "INT32, -2147483648, 2147483647",
    "INT64, -9223372036854775808, 9223372036854774784",
    "UINT8, 0, 255",
    "BOOL, 0, 1"
  })
  void integers_fromLeastToGreatest_areReadBackAndNoFurther(
      Datatype datatype, double least, double greatest) {
    Tensor tensor = tensor(datatype, least, greatest);
    assertThat(tensor.doubleAt(0)).isEqualTo(least);
    assertThat(tensor.doubleAt(1)).isEqualTo(greatest);
    double step = datatype == Datatype.INT64 ? 2048 : 1;
    assertThat(refusal(() -> tensor(datatype, least - step)).reason()).isEqualTo(Reason.BAD_VALUE);
    assertThat(refusal(() -> tensor(datatype, greatest + step)).reason())
        .isEqualTo(Reason.BAD_VALUE);
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT16", "INT32", "INT64", "UINT8", "BOOL"})
  void integers_thatAreNone_areRefused(Datatype datatype) {
    for (double number : new double[] {0.5, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThat(refusal(() -> tensor(datatype, number)).reason()).isEqualTo(Reason.BAD_VALUE);
    }
  }

  @Test
  void numbers_tooFewForTheShape_areRefused() {
    double[] numbers = {1, 2, 3};
    assertThat(
            refusal(() -> NumberEncoding.encode(Datatype.FP32, Shape.of(2, 2), numbers)).reason())
        .isEqualTo(Reason.BAD_LENGTH);
  }
}
