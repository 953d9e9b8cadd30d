package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.losswatch.stream.broker.KafkaBroker;
import io.losswatch.stream.broker.SharedBroker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The service is down for longer than the input is kept. */
@Tag("fault")
@ExtendWith(SharedBroker.class)
class RetentionIT {
  @Test
  void records_deletedBeforeTheyWereRead_leaveAHoleThatIsTold(KafkaBroker broker) {
    try (Scene scene = Scene.open(broker, "retention");
        LoggedLines logged = LoggedLines.of("io.losswatch.stream.consume")) {
      List<Traffic.Sent> sent = scene.traffic(15_000);
      int third = sent.size() / 3;
      Map<Integer, Long> from;
      try (RunningStream before = RunningStream.start(scene.settings().of("one"))) {
        scene.produce(sent.subList(0, third));
        scene.awaitRolled();
        from = scene.endOffsets(scene.settings().input());
        before.stop();
      }
      Map<Integer, Long> to = sendAndDeleteHalf(scene, sent.subList(third, 2 * third));

      long again = System.nanoTime();
      try (RunningStream after = RunningStream.start(scene.settings().of("one"))) {
        scene.produce(sent.subList(2 * third, sent.size()));
        scene.awaitRolled();
        Scene.tell("retention shorter than a downtime: reading on after", again);
        scene.finish();
        scene.awaitEnd();
        after.stop();
      }
      Map<Integer, List<Long>> holes = new HashMap<>();
      from.forEach((partition, start) ->
          holes.put(partition, List.of(start, to.getOrDefault(partition, start))));
      new SceneCheck(scene).check(holes);
      from.forEach((partition, start) ->
          assertThat(logged.at(Level.ERROR))
              .anyMatch(line ->
                  line.contains(
                      "%s-%d: offset %d is gone, the log begins at %d"
                          .formatted(
                              scene.settings().input(), partition, start, to.get(partition)))));
    }
  }

  /** The oracle counts what is left. Returns where the logs begin then. */
  private static Map<Integer, Long> sendAndDeleteHalf(Scene scene, List<Traffic.Sent> sent) {
    List<RecordMetadata> placed =
        scene.send(
            sent.stream().map(each -> scene.record(each.partition(), each.value())).toList());
    Map<Integer, Long> begin = new HashMap<>();
    for (RecordMetadata metadata : placed.subList(0, placed.size() / 2)) {
      begin.put(metadata.partition(), metadata.offset() + 1);
    }
    Map<TopicPartition, RecordsToDelete> deleted = new HashMap<>();
    begin.forEach((partition, offset) ->
        deleted.put(
            new TopicPartition(scene.settings().input(), partition),
            RecordsToDelete.beforeOffset(offset)));
    Scene.get(scene.admin().deleteRecords(deleted).all());
    for (int i = 0; i < placed.size(); i++) {
      RecordMetadata metadata = placed.get(i);
      if (metadata.offset() >= begin.get(metadata.partition())) {
        scene.oracle().add(sent.get(i).value());
      }
    }
    return begin;
  }
}
