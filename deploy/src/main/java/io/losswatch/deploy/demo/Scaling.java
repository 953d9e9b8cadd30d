package io.losswatch.deploy.demo;

/** Shifts each column to mean 0 and scales it to deviation 1, as learned from a training half. */
final class Scaling {
  private final double[] means;
  private final double[] deviations;

  private Scaling(double[] means, double[] deviations) {
    this.means = means;
    this.deviations = deviations;
  }

  /** That of these rows. A constant column is only shifted. */
  static Scaling of(Dataset training) {
    double[] means = new double[training.columns()];
    double[] deviations = new double[training.columns()];
    for (int column = 0; column < means.length; column++) {
      double sum = 0;
      for (int i = 0; i < training.size(); i++) {
        sum += training.row(i)[column];
      }
      means[column] = sum / training.size();
      double squares = 0;
      for (int i = 0; i < training.size(); i++) {
        double distance = training.row(i)[column] - means[column];
        squares += distance * distance;
      }
      deviations[column] = squares == 0 ? 1 : Math.sqrt(squares / training.size());
    }
    return new Scaling(means, deviations);
  }

  int columns() {
    return means.length;
  }

  double[] apply(double[] row) {
    double[] scaled = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      scaled[i] = (row[i] - means[i]) / deviations[i];
    }
    return scaled;
  }
}
