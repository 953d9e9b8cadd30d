package io.losswatch.stream;

import io.losswatch.stream.broker.KafkaBroker;
import io.losswatch.stream.broker.SharedBroker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Between two lives of the service its committed offsets expire, or somebody resets them. */
@Tag("fault")
@ExtendWith(SharedBroker.class)
class OffsetsLostIT {
  enum Loss {
    /** As when they expire. */
    DELETED,
    RESET_TO_EARLIEST
  }

  @ParameterizedTest
  @EnumSource
  void offsets_thatAreLost_changeNothing(Loss loss, KafkaBroker broker) {
    try (Scene scene = Scene.open(broker, "offsets-" + loss)) {
      SceneSettings settings = scene.settings();
      List<Traffic.Sent> sent = scene.traffic(10_000);
      int half = sent.size() / 2;
      try (RunningStream before = RunningStream.start(settings.of("one"))) {
        scene.produce(sent.subList(0, half));
        scene.awaitRolled();
        before.stop();
      }
      lose(loss, scene.admin(), settings.evaluateGroup(), settings.input(), scene);
      lose(loss, scene.admin(), settings.rollGroup(), settings.partials(), scene);

      long again = System.nanoTime();
      try (RunningStream after = RunningStream.start(settings.of("one"))) {
        scene.produce(sent.subList(half, sent.size()));
        scene.awaitRolled();
        Scene.tell("offsets %s: reading on after".formatted(loss), again);
        scene.finish();
        scene.awaitEnd();
        new SceneCheck(scene).check();
        after.stop();
      }
    }
  }

  private static void lose(Loss loss, Admin admin, String group, String topic, Scene scene) {
    // the broker refuses both while the group still knows a member, though it be one that is gone
    Scene.await("nobody is in " + group, () -> scene.isEmpty(group));
    if (loss == Loss.DELETED) {
      Scene.get(admin.deleteConsumerGroups(List.of(group)).all());
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> zero = new HashMap<>();
    scene
        .endOffsets(topic)
        .keySet()
        .forEach(
            partition -> zero.put(new TopicPartition(topic, partition), new OffsetAndMetadata(0)));
    Scene.get(admin.alterConsumerGroupOffsets(group, zero).all());
  }
}
