package io.losswatch.deploy.audit;

import io.losswatch.core.window.SampleRun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Single samples of one series in their order. Mutable; one thread. */
final class SampleLog {
  private final List<Sample> samples = new ArrayList<>();

  private record Sample(double numerator, double weight, long eventTimeMillis) {}

  void add(SampleRun run, long eventTimeMillis) {
    for (int i = 0; i < run.size(); i++) {
      samples.add(new Sample(run.numerator(i), run.weight(i), eventTimeMillis));
    }
  }

  boolean isEmpty() {
    return samples.isEmpty();
  }

  /**
   * The first difference.
   *
   * @param recounted what must be here
   */
  Optional<String> difference(SampleLog recounted) {
    if (samples.size() != recounted.samples.size()) {
      return Optional.of(
          "%d single samples are told, but it must be %d"
              .formatted(samples.size(), recounted.samples.size()));
    }
    for (int i = 0; i < samples.size(); i++) {
      Optional<String> difference = difference(samples.get(i), recounted.samples.get(i));
      if (difference.isPresent()) {
        return Optional.of("single sample %d: %s".formatted(i, difference.get()));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> difference(Sample told, Sample recounted) {
    if (told.eventTimeMillis() != recounted.eventTimeMillis()) {
      return Optional.of(
          "its event time is %s, but it must be %s"
              .formatted(
                  Instant.ofEpochMilli(told.eventTimeMillis()),
                  Instant.ofEpochMilli(recounted.eventTimeMillis())));
    }
    double numerator = recounted.numerator();
    double weight = recounted.weight();
    return Disagreement.ofNumber("weight", told.weight(), weight, weight)
        .or(() -> Disagreement.ofNumber("loss", told.numerator(), numerator, numerator));
  }
}
