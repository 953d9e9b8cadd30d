package io.losswatch.stream.evaluate;

import java.util.regex.Pattern;

/** A pattern over model names: {@code *} any characters, {@code ?} one. */
final class Glob {
  private final Pattern pattern;

  Glob(String glob) {
    StringBuilder regex = new StringBuilder();
    glob.codePoints()
        .forEach(c -> {
          switch (c) {
            case '*' -> regex.append(".*");
            case '?' -> regex.append('.');
            default -> regex.append(Pattern.quote(Character.toString(c)));
          }
        });
    pattern = Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  boolean matches(String text) {
    return pattern.matcher(text).matches();
  }
}
