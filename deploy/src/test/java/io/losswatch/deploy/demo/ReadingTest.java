package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.Test;

class ReadingTest {
  private final List<String> losses = new ArrayList<>();
  private final Reading reading =
      new Reading(
          new MockConsumer<>("earliest"), (series, loss) -> losses.add(series + loss.getMean()));

  @Test
  void rollingLoss_read_isHandedOnWithItsSeries() {
    RollingLoss loss = RollingLosses.of("tumbling:5s", 0, 5_000, 0, true, 1.5);
    reading.take(record(DemoSettings.OUTPUT, RecordCodec.of(RollingLoss.class).encode(loss)));
    assertThat(losses).containsExactly("key1.5");
    assertThat(reading.deadLetters()).isEmpty();
  }

  @Test
  void deadLetters_read_areCountedByReason() {
    ConsumerRecord<String, byte[]> letter = record(DemoSettings.DEAD_LETTERS, new byte[] {1});
    letter.headers().add("losswatch-reason", "bad-label".getBytes(StandardCharsets.UTF_8));
    reading.take(letter);
    reading.take(letter);
    reading.take(record(DemoSettings.DEAD_LETTERS, new byte[] {1}));
    assertThat(reading.deadLetters()).isEqualTo(Map.of("bad-label", 2L, "without reason", 1L));
    assertThat(losses).isEmpty();
  }

  private static ConsumerRecord<String, byte[]> record(String topic, byte[] value) {
    return new ConsumerRecord<>(topic, 0, 0, "key", value);
  }
}
