package io.losswatch.deploy.demo;

import java.util.List;
import java.util.Locale;

/** The characters that the text model knows, in lower case; all others count as one. */
final class Alphabet {
  private static final String KNOWN =
      "\0\n abcdefghijklmnopqrstuvwxyz0123456789.,:;-_/'\"()[]{}<>`*#=|+";

  private Alphabet() {}

  static int size() {
    return KNOWN.length();
  }

  /** The lines as character numbers, each ended by a line feed. */
  static int[] encode(List<String> lines) {
    String text = String.join("\n", lines).toLowerCase(Locale.ROOT) + "\n";
    return text.chars().map(character -> Math.max(0, KNOWN.indexOf(character))).toArray();
  }
}
