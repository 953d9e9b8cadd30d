package io.losswatch.deploy.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What an application has published and committed. One thread owns it. */
final class Publications implements AutoCloseable {
  private static final RecordCodec<RollingLoss> CODEC = RecordCodec.of(RollingLoss.class);

  private final SortedMap<WindowOf, List<RollingLoss>> windows = new TreeMap<>();
  private final KafkaConsumer<byte[], byte[]> consumer;

  /** Reads a topic that exists from its beginning. */
  Publications(String servers, String topic) {
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        IntStream.range(0, Deliveries.PARTITIONS)
            .mapToObj(partition -> new TopicPartition(topic, partition))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Waits until so many windows are there. */
  void awaitWindows(int count) {
    Docker.await(() -> read().size() >= count, () -> "%d of %d".formatted(windows.size(), count));
  }

  private SortedMap<WindowOf, List<RollingLoss>> read() {
    consumer.poll(Duration.ofMillis(100)).forEach(this::add);
    return windows;
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    RollingLoss loss = CODEC.decode(record.value(), 0, record.value().length);
    if (loss.getCount() > 0) { // else: that a series fell silent
      windows
          .computeIfAbsent(
              new WindowOf(
                  new String(record.key(), StandardCharsets.UTF_8),
                  loss.getWindowStart().toEpochMilli()),
              window -> new ArrayList<>())
          .add(loss);
    }
  }

  /**
   * Waits for all windows, and checks that each was published once, final, and is what the traffic
   * says: the count exactly, the mean to 1e-12.
   */
  void check(SortedMap<WindowOf, List<Double>> expected) {
    awaitWindows(expected.size());
    assertThat(windows.keySet()).isEqualTo(expected.keySet());
    expected.forEach((window, losses) -> {
      assertThat(windows.get(window)).as("%s", window).hasSize(1);
      check(window, windows.get(window).get(0), losses);
    });
  }

  private static void check(WindowOf window, RollingLoss published, List<Double> losses) {
    assertThat(published.getRevision()).as("%s", window).isZero();
    assertThat(published.getIsFinal()).as("%s", window).isTrue();
    assertThat(published.getCount()).as("%s", window).isEqualTo(losses.size());
    assertThat(published.getLateCount()).as("%s", window).isZero();
    double mean = losses.stream().mapToDouble(loss -> loss).average().orElseThrow();
    assertThat(published.getMean()).as("%s", window).isCloseTo(mean, within(1e-12 * mean));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
