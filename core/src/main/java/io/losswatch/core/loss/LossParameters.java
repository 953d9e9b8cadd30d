package io.losswatch.core.loss;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one loss as text, by contract.md's names. A loss takes what it knows; what is
 * left over is refused. Used once, by the thread that makes the loss.
 */
final class LossParameters {
  private final String loss;
  private final Map<String, String> texts;
  private final SortedSet<String> known = new TreeSet<>();
  private final SortedMap<String, String> canonical = new TreeMap<>();

  LossParameters(String loss, Map<String, String> texts) {
    this.loss = loss;
    this.texts = texts;
  }

  /** What was taken so far and is not as if it were absent, each in one spelling. */
  SortedMap<String, String> canonical() {
    return Collections.unmodifiableSortedMap(new TreeMap<>(canonical));
  }

  long integer(String key, long absent) {
    String text = take(key);
    if (text == null) {
      return absent;
    }
    long number;
    try {
      number = Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw bad(key, text, "an integer");
    }
    if (number != absent) {
      canonical.put(key, Long.toString(number));
    }
    return number;
  }

  boolean flag(String key, boolean absent) {
    String text = take(key);
    if (text == null) {
      return absent;
    }
    if (!text.equals("true") && !text.equals("false")) {
      throw bad(key, text, "true or false");
    }
    boolean flag = text.equals("true");
    if (flag != absent) {
      canonical.put(key, text);
    }
    return flag;
  }

  double number(String key, double absent, DoublePredicate allowed, String rule) {
    return number(key, absent, allowed, rule, DoubleUnaryOperator.identity());
  }

  /** As above; {@code same} maps numbers that mean the same to one of them. */
  double number(
      String key, double absent, DoublePredicate allowed, String rule, DoubleUnaryOperator same) {
    String text = take(key);
    if (text == null) {
      return absent;
    }
    double number = same.applyAsDouble(parse(key, text, allowed, rule));
    if (number != absent) {
      canonical.put(key, Double.toString(number));
    }
    return number;
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
    canonical.put(
        key, Arrays.stream(numbers).mapToObj(Double::toString).collect(Collectors.joining(",")));
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
    return number + 0.0; // -0 is 0
  }

  private IllegalArgumentException bad(String key, String text, String rule) {
    return new IllegalArgumentException(
        "%s of %s is %s, but it is \"%s\"".formatted(key, loss, rule, text));
  }
}
