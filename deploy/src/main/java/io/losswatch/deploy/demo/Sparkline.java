package io.losswatch.deploy.demo;

import java.util.List;

/** A history as a row of little bars, the newest at the right. */
final class Sparkline {
  private static final String BARS = "▁▂▃▄▅▆▇█";

  /** Noise stays low: the bars span at least this share of the highest number. */
  private static final double LEAST_SPAN = 0.25;

  private Sparkline() {}

  /**
   * Exactly {@code width} characters: the last {@code width} numbers, padded at the left. NaN is a
   * space.
   */
  static String of(List<Double> history, int width) {
    List<Double> shown = history.subList(Math.max(0, history.size() - width), history.size());
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    for (double number : shown) {
      if (Double.isFinite(number)) {
        lowest = Math.min(lowest, number);
        highest = Math.max(highest, number);
      }
    }
    double span = Math.max(highest - lowest, LEAST_SPAN * Math.abs(highest));
    StringBuilder bars = new StringBuilder(" ".repeat(width - shown.size()));
    for (double number : shown) {
      bars.append(Double.isFinite(number) ? bar(number - lowest, span) : ' ');
    }
    return bars.toString();
  }

  private static char bar(double height, double span) {
    int top = BARS.length() - 1;
    return BARS.charAt(span > 0 ? (int) Math.min(top, height / span * BARS.length()) : 0);
  }
}
