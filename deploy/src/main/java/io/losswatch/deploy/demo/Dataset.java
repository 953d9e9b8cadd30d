package io.losswatch.deploy.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;

/** Rows of measurements, each with a target. Nobody writes into the arrays once it is made. */
final class Dataset {
  private static final int SPLIT_SEED = 20261122;

  private final double[][] rows;
  private final double[] targets;

  Dataset(double[][] rows, double[] targets) {
    if (rows.length != targets.length || rows.length == 0) {
      throw new IllegalArgumentException(
          "each row has a target, but there are %d rows and %d targets"
              .formatted(rows.length, targets.length));
    }
    this.rows = rows;
    this.targets = targets;
  }

  /** 1,797 images of 8×8 pixels in [0, 1]; the target is the digit. */
  static Dataset digits() {
    Dataset raw = labelled(lines("digits.csv.gz"));
    for (double[] image : raw.rows) {
      for (int i = 0; i < image.length; i++) {
        image[i] /= 16;
      }
    }
    return raw;
  }

  /** 569 rows of 30 measurements of cell nuclei; the target is 0 (malignant) or 1 (benign). */
  static Dataset breastCancer() {
    List<String> lines = lines("breast_cancer.csv");
    return labelled(lines.subList(1, lines.size()));
  }

  /** 442 rows of 10 measurements; the target is the disease's progression after a year. */
  static Dataset diabetes() {
    double[][] rows =
        lines("diabetes_data_raw.csv.gz").stream()
            .map(line -> numbers(line, " "))
            .toArray(double[][]::new);
    double[] targets =
        lines("diabetes_target.csv.gz").stream().mapToDouble(Double::parseDouble).toArray();
    return new Dataset(rows, targets);
  }

  int size() {
    return rows.length;
  }

  int columns() {
    return rows[0].length;
  }

  double[] row(int index) {
    return rows[index];
  }

  double target(int index) {
    return targets[index];
  }

  /** The same rows, each column shifted and scaled. */
  Dataset scaled(Scaling scaling) {
    double[][] scaled = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      scaled[i] = scaling.apply(rows[i]);
    }
    return new Dataset(scaled, targets);
  }

  /** The same rows with {@code (target − mean) / deviation}. */
  Dataset withTargets(double mean, double deviation) {
    double[] scaled = new double[targets.length];
    for (int i = 0; i < targets.length; i++) {
      scaled[i] = (targets[i] - mean) / deviation;
    }
    return new Dataset(rows, scaled);
  }

  double targetMean() {
    double sum = 0;
    for (double target : targets) {
      sum += target;
    }
    return sum / targets.length;
  }

  double targetDeviation() {
    double mean = targetMean();
    double squares = 0;
    for (double target : targets) {
      squares += (target - mean) * (target - mean);
    }
    return Math.sqrt(squares / targets.length);
  }

  /** Two disjoint halves of the rows in a shuffled order, the same ones every time. */
  Halves halves() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(SPLIT_SEED));
    int middle = rows.length / 2;
    return new Halves(pick(order.subList(0, middle)), pick(order.subList(middle, order.size())));
  }

  /**
   * What a model learns from, and what it never saw.
   *
   * @param training the one half
   * @param live the other half
   */
  record Halves(Dataset training, Dataset live) {}

  private Dataset pick(List<Integer> indices) {
    double[][] pickedRows = new double[indices.size()][];
    double[] pickedTargets = new double[indices.size()];
    for (int i = 0; i < pickedRows.length; i++) {
      pickedRows[i] = rows[indices.get(i)];
      pickedTargets[i] = targets[indices.get(i)];
    }
    return new Dataset(pickedRows, pickedTargets);
  }

  private static Dataset labelled(List<String> lines) {
    double[][] rows = new double[lines.size()][];
    double[] targets = new double[lines.size()];
    for (int i = 0; i < rows.length; i++) {
      double[] numbers = numbers(lines.get(i), ",");
      rows[i] = Arrays.copyOf(numbers, numbers.length - 1);
      targets[i] = numbers[numbers.length - 1];
    }
    return new Dataset(rows, targets);
  }

  private static double[] numbers(String line, String separator) {
    List<Double> numbers = new ArrayList<>();
    for (String text : line.split(separator, -1)) {
      numbers.add(Double.parseDouble(text));
    }
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Lines of a resource of this package that are not blank; unpacked if its name ends in .gz. */
  static List<String> lines(String name) {
    try (InputStream file = Dataset.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException("the resource " + name + " is missing beside the demo");
      }
      InputStream plain = name.endsWith(".gz") ? new GZIPInputStream(file) : file;
      return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))
          .lines()
          .filter(line -> !line.isBlank())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the resource " + name + " cannot be read", e);
    }
  }
}
