package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.broker.KafkaBroker;
import io.losswatch.stream.broker.SharedBroker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A tenth of the records is poison, one as large as records may be, one larger than a letter. */
@Tag("fault")
@ExtendWith(SharedBroker.class)
class PoisonedIT {
  private static final long SEED = 20261124;
  private static final int LARGEST = 1 << 20;
  private static final int LARGER_THAN_A_LETTER = LARGEST + (2 << 20);

  @Test
  void poison_ofAnySize_isDeadLetteredBesideWhatCounts(KafkaBroker broker) {
    try (Scene scene = Scene.open(broker, "poisoned", Map.of("max.message.bytes", "8388608"));
        RunningStream stream = RunningStream.start(scene.settings().of("one"))) {
      long begun = System.nanoTime();
      Map<String, String> expected = sendMixed(scene);
      scene.finish();
      scene.awaitEnd();
      Scene.tell("poison: all counted after", begun);

      new SceneCheck(scene).check();
      assertThat(new SceneCheck(scene).deadLetters()).as("seed %d", SEED).isEqualTo(expected);
      checkLengths(scene);
      assertThat(stream.counts().restarts()).isZero();
      stream.stop();
    }
  }

  private static Map<String, String> sendMixed(Scene scene) {
    Random random = new Random(SEED);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    Map<Integer, String> reasons = new TreeMap<>();
    List<Traffic.Sent> sent = scene.traffic(20_000);
    for (Traffic.Sent each : sent) {
      if (random.nextInt(10) == 0) {
        reasons.put(records.size(), "malformed-frame");
        records.add(scene.record(each.partition(), new byte[random.nextInt(200)]));
      }
      if (records.size() == sent.size() / 3) {
        reasons.put(records.size(), "malformed-frame");
        records.add(scene.record(each.partition(), new byte[LARGEST]));
        reasons.put(records.size(), "too-large");
        records.add(scene.record(each.partition(), new byte[LARGER_THAN_A_LETTER]));
      }
      scene.oracle().add(each.value());
      records.add(scene.record(each.partition(), each.value()));
    }
    List<RecordMetadata> placed = scene.send(records);
    Map<String, String> expected = new TreeMap<>();
    reasons.forEach((index, reason) -> expected.put(placed.get(index) + "", reason));
    return expected;
  }

  /** Every letter says how long the value was; only the one that fits nowhere comes without. */
  private static void checkLengths(Scene scene) {
    List<Integer> lengths = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> letter : scene.committed(scene.settings().deadLetter())) {
      int length = Integer.parseInt(SceneCheck.header(letter, "losswatch-length"));
      lengths.add(length);
      if (length == LARGER_THAN_A_LETTER) {
        assertThat(letter.value()).isNull();
      } else {
        assertThat(letter.value()).hasSize(length);
      }
    }
    assertThat(lengths).contains(LARGEST, LARGER_THAN_A_LETTER);
  }
}
