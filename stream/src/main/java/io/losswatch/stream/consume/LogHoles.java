package io.losswatch.stream.consume;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where reading goes on when the offset that is wanted is not in the log. It is said loudly, and
 * what was missed stays visible as a hole in the ranges of the partials: no number is wrong in
 * silence.
 */
final class LogHoles {
  private static final Logger log = LoggerFactory.getLogger(LogHoles.class);

  private LogHoles() {}

  /** The offsets to read next, by partition. */
  static Map<TopicPartition, Long> behind(
      OffsetOutOfRangeException holes, Consumer<?, ?> consumer) {
    Map<TopicPartition, Long> next = new HashMap<>();
    Map<TopicPartition, Long> wanted = holes.offsetOutOfRangePartitions();
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(wanted.keySet());
    wanted.forEach((partition, offset) -> {
      Long divergent = divergent(holes, partition);
      long beginning = beginnings.getOrDefault(partition, 0L);
      next.put(partition, divergent == null ? beginning : divergent);
      complain(partition, offset, beginning, divergent);
    });
    return next;
  }

  private static @Nullable Long divergent(
      OffsetOutOfRangeException holes, TopicPartition partition) {
    if (!(holes instanceof LogTruncationException truncation)) {
      return null;
    }
    OffsetAndMetadata offset = truncation.divergentOffsets().get(partition);
    return offset == null ? null : offset.offset();
  }

  private static void complain(
      TopicPartition partition, long wanted, long beginning, @Nullable Long divergent) {
    if (divergent != null) {
      log.error(
          "{}: the brokers have lost what was read between {} and {}; it stays in its windows, what is written there anew does not"
              + " count",
          partition,
          divergent,
          wanted);
    } else if (wanted < beginning) {
      log.error(
          "{}: offset {} is gone, the log begins at {}: what lay between was deleted before it was read and is in no window",
          partition,
          wanted,
          beginning);
    } else {
      log.error(
          "{}: offset {} is beyond the log's end: the brokers have lost records. It is read from {}, but offsets below {} were"
              + " counted once and do not count again",
          partition,
          wanted,
          beginning,
          wanted);
    }
  }
}
