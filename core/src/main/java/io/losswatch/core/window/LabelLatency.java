package io.losswatch.core.window;

import org.jspecify.annotations.Nullable;

/**
 * How long labels took that came later than their predictions. Additive: sums of milliseconds are
 * exact. Immutable.
 *
 * @param samples whose label came later, those that it told to leave out among them
 * @param sumMillis Σ of the time when the label became known − event time, over these samples
 * @param maxMillis the largest; negative if every label was known before its prediction
 */
public record LabelLatency(long samples, long sumMillis, long maxMillis) {
  /**
   * @throws IllegalArgumentException if there are no samples
   */
  public LabelLatency {
    if (samples < 1) {
      throw new IllegalArgumentException("a latency is of 1 sample or more, not of " + samples);
    }
  }

  /** The same time for so many samples. */
  static LabelLatency of(long samples, long millis) {
    return new LabelLatency(samples, samples * millis, millis);
  }

  /** Of both; null: none. */
  static @Nullable LabelLatency merged(@Nullable LabelLatency a, @Nullable LabelLatency b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return new LabelLatency(
        a.samples + b.samples, a.sumMillis + b.sumMillis, Math.max(a.maxMillis, b.maxMillis));
  }

  /** Of all samples, in seconds. */
  public double meanSeconds() {
    return (double) sumMillis / samples / 1e3;
  }

  /** The largest, in seconds. */
  public double maxSeconds() {
    return maxMillis / 1e3;
  }
}
