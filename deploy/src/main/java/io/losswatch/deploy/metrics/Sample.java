package io.losswatch.deploy.metrics;

import java.util.List;

/**
 * One number of a metric.
 *
 * @param labels values, in the order of the metric's labels
 * @param value at the moment of the reading
 */
record Sample(List<String> labels, double value) {
  static Sample of(double value, String... labels) {
    return new Sample(List.of(labels), value);
  }
}
