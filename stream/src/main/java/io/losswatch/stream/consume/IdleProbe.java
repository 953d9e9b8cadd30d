package io.losswatch.stream.consume;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Asks the brokers where silent partitions end. The consumer's own lag will not do: it stays 0 when
 * the connection is lost, and a window must not close because a broker cannot be reached. The log's
 * end counts uncommitted records too: what a producer's open transaction holds back may yet appear,
 * so such a partition is not idle.
 *
 * <p>The poll thread asks and reads; answers arrive on the admin client's thread.
 */
final class IdleProbe {
  private final Admin admin;
  private final long intervalMillis;
  private final Map<TopicPartition, Answer> answers = new ConcurrentHashMap<>();
  private final AtomicInteger outstanding = new AtomicInteger();
  private @Nullable Moment lastAsked;

  /**
   * What was found.
   *
   * @param endOffset the log's end
   * @param asked when the question was sent: nothing is known of later
   */
  record Answer(long endOffset, Moment asked) {}

  IdleProbe(Admin admin, Duration idleAfter) {
    this.admin = admin;
    this.intervalMillis = Math.max(20, Math.min(500, idleAfter.toMillis() / 4));
  }

  /** Asks for these partitions unless a question is still open or was put a moment ago. */
  @SuppressWarnings("FutureReturnValueIgnored") // what is not answered is asked again
  void ask(Collection<TopicPartition> silent, Moment now) {
    if (silent.isEmpty() || outstanding.get() > 0 || isSoon(now)) {
      return;
    }
    lastAsked = now;
    outstanding.set(silent.size());
    ListOffsetsResult result =
        admin.listOffsets(
            silent.stream()
                .collect(Collectors.toMap(Function.identity(), tp -> OffsetSpec.latest())));
    for (TopicPartition partition : silent) {
      result
          .partitionResult(partition)
          .whenComplete((end, failure) -> {
            if (failure == null) {
              answers.put(partition, new Answer(end.offset(), now));
            }
            outstanding.decrementAndGet();
          });
    }
  }

  private boolean isSoon(Moment now) {
    return lastAsked != null && now.millisSince(lastAsked) < intervalMillis;
  }

  /** The newest answer, once. */
  @Nullable Answer take(TopicPartition partition) {
    return answers.remove(partition);
  }

  void forget(TopicPartition partition) {
    answers.remove(partition);
  }
}
