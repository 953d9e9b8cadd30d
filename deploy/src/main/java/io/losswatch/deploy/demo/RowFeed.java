package io.losswatch.deploy.demo;

import io.losswatch.schemas.DataType;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A model that answers each row by itself.
 *
 * @param task what it does
 * @param live what it never saw
 * @param model one or more scores of a row of raw measurements
 * @param drift what happens to a row when the world changes
 */
record RowFeed(
    Task task, Dataset live, Function<double[], double[]> model, UnaryOperator<double[]> drift)
    implements Feed {
  private static final int DIGITS = 10;

  /** A softmax model of the digits, trained now; drift turns the images. */
  static RowFeed digits() {
    Dataset.Halves halves = Dataset.digits().halves();
    SoftmaxModel model = SoftmaxModel.trained(halves.training(), DIGITS, 1);
    return new RowFeed(Task.DIGITS, halves.live(), model::logits, Drift::quarterTurn);
  }

  /** A logistic model of the cell nuclei, trained now; drift makes all mean sizes 30 % larger. */
  static RowFeed cancer() {
    Dataset.Halves halves = Dataset.breastCancer().halves();
    LinearModel model = LinearModel.logistic(halves.training());
    return new RowFeed(
        Task.CANCER,
        halves.live(),
        row -> new double[] {model.score(row)},
        row -> Drift.miscalibrated(row, 1.3, 0, 1, 2, 3, 20, 21, 22, 23));
  }

  /**
   * A linear model of the disease's progression in units of its deviation, trained now; drift makes
   * body mass index and blood pressure 40 % larger.
   */
  static RowFeed diabetes() {
    Dataset.Halves halves = Dataset.diabetes().halves();
    double mean = halves.training().targetMean();
    double deviation = halves.training().targetDeviation();
    LinearModel model = LinearModel.regression(halves.training().withTargets(mean, deviation));
    return new RowFeed(
        Task.DIABETES,
        halves.live().withTargets(mean, deviation),
        row -> new double[] {model.score(row)},
        row -> Drift.miscalibrated(row, 1.4, 2, 3));
  }

  @Override
  public Answer answer(Random random, int rows, boolean drifting) {
    int[] indices = random.ints(rows, 0, live.size()).toArray();
    return answer(indices, drifting);
  }

  /** The model's answers to these rows of the live half. */
  Answer answer(int[] indices, boolean drifting) {
    int scores = task == Task.DIGITS ? DIGITS : 1;
    double[] predictions = new double[indices.length * scores];
    double[] labels = new double[indices.length];
    for (int i = 0; i < indices.length; i++) {
      double[] row = live.row(indices[i]);
      double[] answered = model.apply(drifting ? drift.apply(row) : row);
      System.arraycopy(answered, 0, predictions, i * scores, scores);
      labels[i] = live.target(indices[i]);
    }
    List<Long> rows = List.of((long) indices.length);
    return new Answer(
        task,
        Numbers.fp32(scores == 1 ? rows : List.of(rows.get(0), (long) scores), predictions),
        labels(rows, labels));
  }

  /** Labels in the type that a producer of such a model would choose. */
  private Numbers labels(List<Long> shape, double[] labels) {
    return switch (task) {
      case DIGITS -> Numbers.integers(DataType.INT64, shape, labels);
      case CANCER -> Numbers.integers(DataType.UINT8, shape, labels);
      default -> Numbers.fp32(shape, labels);
    };
  }
}
