package io.losswatch.deploy.demo;

import java.util.Random;

/** How the world changes for a model that learned an older one. Inputs stay as they are. */
final class Drift {
  private Drift() {}

  /** A square image turned by 90° clockwise: somebody mounted the camera on its side. */
  static double[] quarterTurn(double[] image) {
    int side = (int) Math.sqrt(image.length);
    double[] turned = new double[image.length];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        turned[x * side + (side - 1 - y)] = image[y * side + x];
      }
    }
    return turned;
  }

  /** Some columns times a factor: a sensor lost its calibration. */
  static double[] miscalibrated(double[] row, double factor, int... columns) {
    double[] drifted = row.clone();
    for (int column : columns) {
      drifted[column] *= factor;
    }
    return drifted;
  }

  /** The same characters in a random order. */
  static int[] shuffled(int[] characters, Random random) {
    int[] shuffled = characters.clone();
    for (int i = shuffled.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = swapped;
    }
    return shuffled;
  }
}
