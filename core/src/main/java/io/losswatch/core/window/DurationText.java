package io.losswatch.core.window;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 200ms 5s 10m 1h 7d}, one unit each, never negative. */
public final class DurationText {
  private static final Pattern SYNTAX = Pattern.compile("([0-9]{1,19})(ms|s|m|h|d)");

  private DurationText() {}

  private enum Unit {
    D("d", 86_400_000),
    H("h", 3_600_000),
    M("m", 60_000),
    S("s", 1_000),
    MS("ms", 1);

    private final String symbol;
    private final long millis;

    Unit(String symbol, long millis) {
      this.symbol = symbol;
      this.millis = millis;
    }

    static Unit of(String symbol) {
      for (Unit unit : values()) {
        if (unit.symbol.equals(symbol)) {
          return unit;
        }
      }
      throw new IllegalArgumentException("no unit of time: " + symbol);
    }
  }

  /**
   * The milliseconds of such a text.
   *
   * @throws IllegalArgumentException if it is none, or more than a {@code long} holds
   */
  public static long parseMillis(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a duration is written 200ms, 5s, 10m, 1h or 7d, but this is '" + text + "'");
    }
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), Unit.of(matcher.group(2)).millis);
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "a duration has at most " + Long.MAX_VALUE + " ms, but this is '" + text + "'", e);
    }
  }

  /**
   * The text in the largest unit that divides the duration, so that {@code parseMillis} gives it
   * back: {@code 5m} for 300,000 and {@code 90s} for 90,000; {@code 0s} for 0.
   *
   * @throws IllegalArgumentException if negative
   */
  public static String format(long millis) {
    if (millis < 0) {
      throw new IllegalArgumentException("a duration is not negative, but this is " + millis);
    }
    if (millis == 0) {
      return "0s";
    }
    for (Unit unit : Unit.values()) {
      if (millis % unit.millis == 0) {
        return millis / unit.millis + unit.symbol;
      }
    }
    throw new IllegalStateException("a millisecond divides every duration: " + millis);
  }
}
