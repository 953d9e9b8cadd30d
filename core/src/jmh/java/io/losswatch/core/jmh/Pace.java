package io.losswatch.core.jmh;

import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * How long the table of speeds is measured. Iterations are short, since of many short ones the
 * median holds against what else the machine does; rounds come back to each contender after
 * minutes.
 *
 * @param rounds forks of each contender
 * @param warmups iterations before those that count
 * @param iterations iterations that count, of each fork
 */
record Pace(int rounds, int warmups, int iterations) {
  private static final TimeValue WARMUP = TimeValue.milliseconds(500);
  private static final TimeValue ITERATION = TimeValue.milliseconds(200);

  /** By the property {@code speed}: {@code quick}, or {@code true} for the whole. */
  static Pace of(String speed) {
    return switch (speed) {
      case "true", "full" -> new Pace(3, 5, 5);
      case "quick" -> new Pace(1, 4, 3);
      default ->
          throw new IllegalArgumentException(
              "speed is quick, full or empty, but it is \"%s\"".formatted(speed));
    };
  }

  ChainedOptionsBuilder applyTo(ChainedOptionsBuilder options) {
    return options
        .forks(1)
        .warmupIterations(warmups)
        .warmupTime(WARMUP)
        .measurementIterations(iterations)
        .measurementTime(ITERATION);
  }
}
