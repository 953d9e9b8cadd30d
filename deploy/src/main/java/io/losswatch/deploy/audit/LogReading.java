package io.losswatch.deploy.audit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Partitions of topics from their beginnings to given ends, one record at a time, the one with the
 * earliest timestamp first: so partitions that tell of the same time are read side by side, however
 * different they are in size. Mutable; one thread, which owns the consumer.
 */
final class LogReading {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> ends;
  private final Patience patience;
  private final Map<TopicPartition, Deque<ConsumerRecord<byte[], byte[]>>> waiting =
      new HashMap<>();

  /**
   * Begins to read.
   *
   * @param beginnings of the partitions
   * @param ends where to stop
   */
  LogReading(
      Consumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> beginnings,
      Map<TopicPartition, Long> ends,
      Patience patience) {
    this.consumer = consumer;
    this.ends = ends;
    this.patience = patience;
    consumer.assign(ends.keySet());
    beginnings.forEach(consumer::seek);
    ends.keySet().forEach(partition -> waiting.put(partition, new ArrayDeque<>()));
  }

  /** The next record; null if all have been read. */
  @Nullable ConsumerRecord<byte[], byte[]> next() {
    while (!isReady()) {
      poll();
    }
    Deque<ConsumerRecord<byte[], byte[]>> earliest = null;
    for (Deque<ConsumerRecord<byte[], byte[]>> queue : waiting.values()) {
      if (!queue.isEmpty()
          && (earliest == null || queue.element().timestamp() < earliest.element().timestamp())) {
        earliest = queue;
      }
    }
    return earliest == null ? null : earliest.remove();
  }

  /** True if of every partition the next record is here or there is none. */
  private boolean isReady() {
    return waiting.entrySet().stream()
        .noneMatch(each -> each.getValue().isEmpty() && isUnread(each.getKey()));
  }

  private boolean isUnread(TopicPartition partition) {
    return consumer.position(partition) < ends.getOrDefault(partition, 0L);
  }

  private void poll() {
    Collection<TopicPartition> wanted =
        waiting.keySet().stream()
            .filter(each -> waiting.getOrDefault(each, new ArrayDeque<>()).isEmpty())
            .filter(this::isUnread)
            .toList();
    consumer.pause(waiting.keySet());
    consumer.resume(wanted);
    Map<TopicPartition, Long> before = positions(wanted);
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      if (record.offset() < ends.getOrDefault(partition, 0L)) {
        waiting.getOrDefault(partition, new ArrayDeque<>()).add(record);
      }
    }
    patience.spend(!before.equals(positions(wanted)), wanted);
  }

  private Map<TopicPartition, Long> positions(Collection<TopicPartition> of) {
    Map<TopicPartition, Long> positions = new HashMap<>();
    of.forEach(partition -> positions.put(partition, consumer.position(partition)));
    return positions;
  }

  /** All records below an offset of one partition that were not read before, and some behind it. */
  List<ConsumerRecord<byte[], byte[]>> readUpTo(TopicPartition partition, long offset) {
    Deque<ConsumerRecord<byte[], byte[]>> queue =
        waiting.getOrDefault(partition, new ArrayDeque<>());
    List<TopicPartition> wanted = List.of(partition);
    consumer.pause(waiting.keySet());
    consumer.resume(wanted);
    while (consumer.position(partition) < offset) {
      Map<TopicPartition, Long> before = positions(wanted);
      consumer.poll(POLL).forEach(queue::add);
      patience.spend(!before.equals(positions(wanted)), wanted);
    }
    List<ConsumerRecord<byte[], byte[]>> read = List.copyOf(queue);
    queue.clear();
    return read;
  }
}
