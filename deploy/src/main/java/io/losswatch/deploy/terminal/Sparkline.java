package io.losswatch.deploy.terminal;

import java.util.Collection;
import java.util.List;

/**
 * Histories as rows of little bars, the newest at the right, several of them on one scale.
 *
 * @param lowest what the lowest bar stands for
 * @param span from there to above the highest bar
 */
public record Sparkline(double lowest, double span) {
  private static final String BARS = "▁▂▃▄▅▆▇█";

  /** Noise stays low: the bars span at least this share of the highest number. */
  private static final double LEAST_SPAN = 0.25;

  /** The scale on which all these numbers are seen; what is not finite does not count. */
  public static Sparkline scaledTo(Collection<Double> numbers) {
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    for (double number : numbers) {
      if (Double.isFinite(number)) {
        lowest = Math.min(lowest, number);
        highest = Math.max(highest, number);
      }
    }
    return new Sparkline(lowest, Math.max(highest - lowest, LEAST_SPAN * Math.abs(highest)));
  }

  /** The {@link #bars} of a history on a scale of its own. */
  public static String of(List<Double> history, int width) {
    return scaledTo(last(history, width)).bars(history, width);
  }

  /**
   * Exactly {@code width} characters: the last {@code width} numbers, padded at the left. What is
   * not finite is a space.
   */
  public String bars(List<Double> history, int width) {
    List<Double> shown = last(history, width);
    StringBuilder bars = new StringBuilder(" ".repeat(width - shown.size()));
    for (double number : shown) {
      bars.append(Double.isFinite(number) ? bar(number - lowest) : ' ');
    }
    return bars.toString();
  }

  private static List<Double> last(List<Double> history, int width) {
    return history.subList(Math.max(0, history.size() - width), history.size());
  }

  private char bar(double height) {
    int top = BARS.length() - 1;
    return BARS.charAt(span > 0 ? (int) Math.min(top, height / span * BARS.length()) : 0);
  }
}
