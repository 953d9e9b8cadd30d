package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.broker.KafkaBroker;
import io.losswatch.stream.broker.SharedBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A producer whose clock is four minutes ahead counts, one that is further ahead than
 * future-tolerance does not, and neither makes the others' samples late.
 */
@Tag("fault")
@ExtendWith(SharedBroker.class)
class FutureProducerIT {
  private static final Duration AHEAD = Duration.ofMinutes(4);
  private static final Duration TOO_FAR_AHEAD = Duration.ofMinutes(30);

  @Test
  void producers_withClocksAhead_makeNobodyLate(KafkaBroker broker) {
    FaultyClock clock = new FaultyClock();
    try (Scene scene = Scene.open(broker, "future");
        RunningStream stream =
            RunningStream.start(
                scene.settings().of("one", "classic", Map.of(), Duration.ofSeconds(2)), clock)) {
      Map<String, String> expected = sendFromThree(scene);
      scene.awaitRolled();

      long over = System.nanoTime();
      clock.setAhead(Duration.ofMinutes(15));
      scene.awaitEnd();
      Scene.tell("producers ahead: windows closed after", over);
      new SceneCheck(scene).check();
      assertThat(new SceneCheck(scene).deadLetters()).isEqualTo(expected);
      stream.stop();
    }
  }

  /** Batches of three producers, turn by turn, over the same partitions. */
  private static Map<String, String> sendFromThree(Scene scene) {
    Instant now = Instant.now();
    List<Traffic.Sent> right = new Traffic(7).batches(8_000, now, now.plusSeconds(20));
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    List<Integer> beyond = new ArrayList<>();
    for (int i = 0; i < right.size(); i++) {
      Traffic.Sent sent = right.get(i);
      Duration ahead = List.of(Duration.ZERO, AHEAD, TOO_FAR_AHEAD).get(i % 3);
      sent.batch().setEventTime(sent.batch().getEventTime().plus(ahead));
      byte[] value = sent.value();
      if (ahead == TOO_FAR_AHEAD) {
        beyond.add(records.size());
      } else {
        scene.oracle().add(value);
      }
      records.add(scene.record(sent.partition(), value));
    }
    List<RecordMetadata> placed = scene.send(records);
    Map<String, String> expected = new TreeMap<>();
    beyond.forEach(index -> expected.put(placed.get(index).toString(), "future-time"));
    return expected;
  }
}
