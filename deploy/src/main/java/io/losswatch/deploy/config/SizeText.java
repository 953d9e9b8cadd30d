package io.losswatch.deploy.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes in bytes as they are written: {@code 512B 100KiB 64MiB 1GiB}. */
final class SizeText {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})(B|KiB|MiB|GiB)");
  private static final Map<String, Integer> SHIFTS =
      Map.of("B", 0, "KiB", 10, "MiB", 20, "GiB", 30);

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
    long bytes = Long.parseLong(matcher.group(1)) << SHIFTS.get(matcher.group(2));
    if (bytes <= 0) {
      throw new IllegalArgumentException("a size is above zero");
    }
    return bytes;
  }
}
