package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.schemas.PartialBatch;
import io.losswatch.stream.broker.KafkaBroker;
import io.losswatch.stream.broker.SharedBroker;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The input gets more partitions while two instances read it. */
@Tag("fault")
@ExtendWith(SharedBroker.class)
class InputGrownIT {
  private static final int MORE = Traffic.PARTITIONS + 2;

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void input_thatGetsMorePartitions_countsEverySampleOnce(String protocol, KafkaBroker broker) {
    try (Scene scene = Scene.open(broker, "grown-" + protocol);
        RunningStream first =
            RunningStream.start(scene.settings().of("first", protocol, Map.of()));
        RunningStream second =
            RunningStream.start(scene.settings().of("second", protocol, Map.of()))) {
      List<Traffic.Sent> sent = scene.traffic(20_000);
      int half = sent.size() / 2;
      scene.produce(sent.subList(0, half));
      Scene.await("both own partitions", () -> scene.owners().size() == 2);
      scene.awaitRolled();

      long grown = System.nanoTime();
      grow(scene);
      // what comes through the old partitions makes windows final only if nobody waits for the new
      List<Traffic.Sent> late = sent.subList(half, sent.size());
      scene.produce(late.stream().filter(each -> !isMoved(late, each)).toList());
      scene.finish();
      scene.awaitRolled();
      scene.produce(
          late.stream().filter(each -> isMoved(late, each)).map(InputGrownIT::move).toList());
      scene.awaitRolled();
      Scene.tell("input grown, %s: read after".formatted(protocol), grown);

      scene.finish(0, 1, 2, 3, 4, 5, 6, 7);
      scene.awaitEnd();
      new SceneCheck(scene).check();
      checkRosters(scene);
      assertThat(first.counts().restarts() + second.counts().restarts()).isZero();
      first.stop();
      second.stop();
    }
  }

  private static void grow(Scene scene) {
    SceneSettings settings = scene.settings();
    Scene.get(
        scene
            .admin()
            .createPartitions(Map.of(settings.input(), NewPartitions.increaseTo(MORE)))
            .all());
    Scene.await(
        "the state has as many", () -> scene.endOffsets(settings.inputState()).size() == MORE);
  }

  private static boolean isMoved(List<Traffic.Sent> sent, Traffic.Sent each) {
    return each.partition() < 2 && sent.indexOf(each) % 2 == 0;
  }

  private static Traffic.Sent move(Traffic.Sent each) {
    return new Traffic.Sent(Traffic.PARTITIONS + each.partition(), each.batch());
  }

  /** In the end every source has heard of all. */
  private static void checkRosters(Scene scene) {
    Map<Integer, PartialBatch> last = new TreeMap<>();
    for (PartialBatch batch : new SceneCheck(scene).partials()) {
      last.merge(
          batch.getSourcePartition(), batch, (a, b) -> a.getToOffset() > b.getToOffset() ? a : b);
    }
    assertThat(last).hasSize(MORE);
    assertThat(last.values()).allMatch(batch -> batch.getSources().get(0).getPartitions() == MORE);
  }
}
