package io.losswatch.core.loss;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.DoublePredicate;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one loss as text, by contract.md's names. A loss takes what it knows; what is
 * left over is refused. Used once, by the thread that makes the loss.
 */
final class LossParameters {
  private final String loss;
  private final Map<String, String> texts;
  private final SortedSet<String> known = new TreeSet<>();

  LossParameters(String loss, Map<String, String> texts) {
    this.loss = loss;
    this.texts = texts;
  }

  long integer(String key, long absent) {
    String text = take(key);
    if (text == null) {
      return absent;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw bad(key, text, "an integer");
    }
  }

  double number(String key, double absent, DoublePredicate allowed, String rule) {
    String text = take(key);
    return text == null ? absent : parse(key, text, allowed, rule);
  }

  /** Numbers between commas; null if the parameter is absent. */
  double @Nullable [] numbers(String key, DoublePredicate allowed, String rule) {
    String text = take(key);
    if (text == null) {
      return null;
    }
    String[] parts = text.split(",", -1);
    double[] numbers = new double[parts.length];
    for (int i = 0; i < parts.length; i++) {
      numbers[i] = parse(key, parts[i].strip(), allowed, rule);
    }
    return numbers;
  }

  /** Refuses what no call has asked for. */
  void requireAllTaken() {
    for (String key : texts.keySet()) {
      if (!known.contains(key)) {
        throw new IllegalArgumentException(
            "%s takes %s, but is given %s=%s"
                .formatted(loss, known.isEmpty() ? "no parameters" : known, key, texts.get(key)));
      }
    }
  }

  private @Nullable String take(String key) {
    known.add(key);
    String text = texts.get(key);
    return text == null ? null : text.strip();
  }

  private double parse(String key, String text, DoublePredicate allowed, String rule) {
    double number;
    try {
      number = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw bad(key, text, rule);
    }
    if (!allowed.test(number)) {
      throw bad(key, text, rule);
    }
    return number;
  }

  private IllegalArgumentException bad(String key, String text, String rule) {
    return new IllegalArgumentException(
        "%s of %s is %s, but it is \"%s\"".formatted(key, loss, rule, text));
  }
}
