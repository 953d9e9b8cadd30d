package io.losswatch.deploy.audit;

import java.time.Duration;
import java.util.Collection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** How long the audit waits for brokers that bring nothing. One thread. */
final class Patience {
  private final Duration timeout;
  private long lastProgressNanos = System.nanoTime();

  Patience(Duration timeout) {
    this.timeout = timeout;
  }

  Duration timeout() {
    return timeout;
  }

  /**
   * Notes whether a poll brought something.
   *
   * @throws TimeoutException if none has for too long
   */
  void spend(boolean progress, Collection<TopicPartition> on) {
    long now = System.nanoTime();
    if (progress) {
      lastProgressNanos = now;
    } else if (now - lastProgressNanos > timeout.toNanos()) {
      throw new TimeoutException(
          "nothing was read of %s for %d s: is a transaction open on it?"
              .formatted(on, timeout.toSeconds()));
    }
  }
}
