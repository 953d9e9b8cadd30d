package io.losswatch.deploy.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes in bytes as they are written: {@code 512B 100KiB 64MiB 1GiB}. */
final class SizeText {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})(B|KiB|MiB|GiB)");

  private SizeText() {}

  /**
   * The bytes of such a text.
   *
   * @throws IllegalArgumentException if it is none, or not above zero
   */
  static long parseBytes(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("a size is a whole number and a unit, B KiB MiB or GiB");
    }
    long bytes = Long.parseLong(matcher.group(1)) << shift(matcher.group(2));
    if (bytes <= 0) {
      throw new IllegalArgumentException("a size is above zero");
    }
    return bytes;
  }

  private static int shift(String unit) {
    return switch (unit) {
      case "KiB" -> 10;
      case "MiB" -> 20;
      case "GiB" -> 30;
      default -> 0;
    };
  }
}
