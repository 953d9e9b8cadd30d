package io.losswatch.core.window;

/**
 * The last {@code samples} of a series in the order in which they came, anew after each {@code
 * every} more. It has no panes, knows no lateness and is never revised.
 *
 * <ul>
 *   <li>A sample is what has a loss: one whose loss is NaN or infinite takes a place and is counted
 *       as such; an ignored one or one without a label takes none. One that labels come later for
 *       takes its place when they come.
 *   <li>Until so many samples have come, a window holds those that there are.
 *   <li>Companion metrics are sums over batches and cannot be told of some samples of one: there
 *       are none.
 *   <li>A series that no sample comes to for a day of event time begins anew.
 * </ul>
 *
 * @param samples length, at most 2^31 − 1
 * @param every distance of two windows in samples, at most {@code samples}
 */
public record Last(int samples, int every) implements Window {
  static final String PREFIX = "last:";

  /** What it is merged from; each costs about 250 bytes of memory a series. */
  static final int MAX_BLOCKS = 1_000;

  /** How long a series may be silent. */
  static final long LIFE_MILLIS = 86_400_000;

  /**
   * @throws IllegalArgumentException if a number is below 1, {@code every} is above {@code
   *     samples}, or their greatest common divisor is below a thousandth of {@code samples}
   */
  public Last {
    if (every < 1 || every > samples) {
      throw new IllegalArgumentException(
          "a window of the last N samples is published after each M, 1 <= M <= N, but N is %d and"
                  .formatted(samples)
              + " M is "
              + every);
    }
    long block = Grid.greatestCommonDivisor(samples, every);
    if (samples / block > MAX_BLOCKS) {
      throw new IllegalArgumentException(
          "the greatest common divisor of N and M in last:N/M is at least N/%d, but here it is %d"
              .formatted(MAX_BLOCKS, block));
    }
  }

  static Last ofArguments(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "a window of the last samples is written last:N/M, such as last:10000/1000");
    }
    return new Last(number(text.substring(0, slash)), number(text.substring(slash + 1)));
  }

  private static int number(String text) {
    try {
      if (text.matches("[0-9]{1,10}")) {
        return Integer.parseInt(text);
      }
    } catch (NumberFormatException e) {
      throw tooLarge(text, e);
    }
    throw new IllegalArgumentException("a number of samples is written in digits: '" + text + "'");
  }

  private static IllegalArgumentException tooLarge(String text, NumberFormatException cause) {
    return new IllegalArgumentException(
        "a number of samples is at most %d, but this is %s".formatted(Integer.MAX_VALUE, text),
        cause);
  }

  /** Samples that are summed up in one piece, which no window cuts. */
  int blockSamples() {
    return (int) Grid.greatestCommonDivisor(samples, every);
  }

  /** Pieces of a whole window. */
  int blocks() {
    return samples / blockSamples();
  }

  /** 0: it is not made of panes. */
  @Override
  public long paneMillis() {
    return 0;
  }

  @Override
  public String toString() {
    return PREFIX + samples + "/" + every;
  }
}
