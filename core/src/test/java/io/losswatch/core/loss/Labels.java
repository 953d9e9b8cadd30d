package io.losswatch.core.loss;

import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Arbitrary labels for predictions of a form, of any datatype that can hold them. */
@FunctionalInterface
interface Labels {
  Tensor draw(Form form, boolean special, Random random);

  /** Numbers of the predictions' shape. */
  static Labels numbers(Numbers numbers) {
    return numbers(numbers, Datatype.values());
  }

  /** Numbers of the predictions' shape, in one of these datatypes. */
  static Labels numbers(Numbers numbers, Datatype... datatypes) {
    return (form, special, random) -> ofShape(form.shape(), numbers, datatypes, special, random);
  }

  /** One number for every pair of the predictions' last axis. */
  static Labels ofPairs(Numbers numbers) {
    return (form, special, random) -> {
      Shape shape = form.shape().without(form.shape().rank() - 1);
      return ofShape(shape, numbers, Datatype.values(), special, random);
    };
  }

  private static Tensor ofShape(
      Shape shape, Numbers numbers, Datatype[] datatypes, boolean special, Random random) {
    double[] values = numbers.draw(random, shape.elementCount(), special);
    return Tensors.of(datatypes[random.nextInt(datatypes.length)], values, shape.toArray());
  }

  /** A class index a row, one in five of them {@code ignoreIndex} where the datatype has it. */
  static Labels classes(long ignoreIndex) {
    return classes(true, ignoreIndex);
  }

  /** A class index a row, none to be ignored. */
  static Labels classes() {
    return classes(false, 0);
  }

  private static Labels classes(boolean some, long ignoreIndex) {
    return (form, special, random) -> {
      Shape shape = form.shape().without(form.axis());
      int classes = (int) form.shape().extent(form.axis());
      Datatype datatype = integers(classes - 1, random);
      boolean ignores = some && holds(datatype, ignoreIndex);
      double[] values = new double[shape.elementCount()];
      for (int i = 0; i < values.length; i++) {
        boolean ignored = ignores && random.nextInt(5) == 0;
        values[i] = ignored ? ignoreIndex : random.nextInt(classes);
      }
      return Tensors.of(datatype, values, shape.toArray());
    };
  }

  /** A list of distinct classes a row, ended by −1, anything allowed behind that. */
  static Labels lists() {
    return (form, special, random) -> {
      int classes = (int) form.shape().extent(form.axis());
      int rows = form.shape().elementCount() / Math.max(1, classes);
      double[] values = new double[rows * classes];
      for (int r = 0; r < rows; r++) {
        List<Integer> all = new ArrayList<>(IntStream.range(0, classes).boxed().toList());
        Collections.shuffle(all, random);
        int end = random.nextInt(Math.min(classes, 6) + 1);
        for (int c = 0; c < classes; c++) {
          values[r * classes + c] = c == end ? -1 : all.get(c);
        }
      }
      Datatype[] signed =
          Arrays.stream(Datatype.values())
              .filter(d -> holds(d, -1) && holds(d, classes - 1))
              .toArray(Datatype[]::new);
      return Tensors.of(signed[random.nextInt(signed.length)], values, form.shape().toArray());
    };
  }

  private static Datatype integers(int largest, Random random) {
    Datatype[] fitting =
        Arrays.stream(Datatype.values()).filter(d -> holds(d, largest)).toArray(Datatype[]::new);
    return fitting[random.nextInt(fitting.length)];
  }

  /** True of the integer datatypes that can hold a number. */
  private static boolean holds(Datatype datatype, long number) {
    return switch (datatype) {
      case BOOL -> number == 0 || number == 1;
      case UINT8 -> number >= 0 && number < 256;
      case INT8 -> number == (byte) number;
      case INT16 -> number == (short) number;
      case INT32 -> number == (int) number;
      case INT64 -> true;
      default -> false;
    };
  }
}
