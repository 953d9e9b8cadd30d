package io.losswatch.core.window;

import java.util.List;

/**
 * Over which samples a mean rolls: the specification, such as {@code rolling:5m/10s}. Immutable;
 * {@code toString} is the canonical text, which {@link #parse} reads back.
 */
public sealed interface Window permits Rolling, Tumbling, Ewma, Last {
  /**
   * Length of the panes that this window is merged from. Every start and end is a multiple; 0: it
   * is not made of panes.
   */
  long paneMillis();

  /**
   * The window of a text: {@code rolling:SIZE/EVERY}, {@code tumbling:SIZE}, {@code last:N/M} or
   * {@code ewma:HALF-LIFE}.
   *
   * @throws IllegalArgumentException if it is none of these, or a duration breaks a rule of {@link
   *     Rolling}, {@link Tumbling}, {@link Last} or {@link Ewma}
   */
  static Window parse(String text) {
    try {
      if (text.startsWith(Rolling.PREFIX)) {
        return Rolling.ofArguments(text.substring(Rolling.PREFIX.length()));
      }
      if (text.startsWith(Tumbling.PREFIX)) {
        return Tumbling.ofArguments(text.substring(Tumbling.PREFIX.length()));
      }
      if (text.startsWith(Ewma.PREFIX)) {
        return Ewma.ofArguments(text.substring(Ewma.PREFIX.length()));
      }
      if (text.startsWith(Last.PREFIX)) {
        return Last.ofArguments(text.substring(Last.PREFIX.length()));
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + " (window '" + text + "')", e);
    }
    throw new IllegalArgumentException(
        "a window is written rolling:SIZE/EVERY, tumbling:SIZE, last:N/M or ewma:HALF-LIFE, such as"
            + " rolling:5m/10s, tumbling:1h, last:10000/1000 or ewma:10m, but this is '"
            + text
            + "'");
  }

  /**
   * Length of the panes that all of these windows can be merged from: the greatest common divisor;
   * 0 if none of them is made of panes.
   *
   * @throws IllegalArgumentException if there is no window
   */
  static long paneMillis(List<Window> windows) {
    return windows.stream()
        .mapToLong(Window::paneMillis)
        .reduce(Grid::greatestCommonDivisor)
        .orElseThrow(() -> new IllegalArgumentException("a monitor has at least one window"));
  }
}
