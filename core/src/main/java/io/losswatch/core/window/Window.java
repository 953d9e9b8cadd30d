package io.losswatch.core.window;

/**
 * Over which samples a mean rolls: the specification, such as {@code rolling:5m/10s}. Immutable.
 */
public sealed interface Window permits Rolling, Tumbling {
  /**
   * The window written as {@code rolling:SIZE/EVERY} or {@code tumbling:SIZE}.
   *
   * @throws IllegalArgumentException if the text is no window, with what is allowed
   */
  static Window parse(String text) {
    throw new IllegalArgumentException(text);
  }
}
