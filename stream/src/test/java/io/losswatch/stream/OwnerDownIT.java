package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.broker.KafkaBroker;
import io.losswatch.stream.broker.SharedBroker;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The owner of half of the partitions is gone for longer than every window and its lateness, and
 * nobody takes its place, since its membership is static.
 */
@Tag("fault")
@ExtendWith(SharedBroker.class)
class OwnerDownIT {
  @Test
  void owner_thatIsDown_holdsUpItsWindowsAndLosesNone(KafkaBroker broker) {
    try (Scene scene = Scene.open(broker, "owner-down");
        RunningStream alive = RunningStream.start(member(scene, "alive"));
        RunningStream dying = RunningStream.start(member(scene, "dying"))) {
      List<Traffic.Sent> sent = scene.traffic(20_000);
      int half = sent.size() / 2;
      scene.produce(sent.subList(0, half));
      Scene.await("both own partitions", () -> scene.owners().size() == 2);
      scene.awaitRolled();

      Set<Integer> orphans = owned(scene, "dying");
      long down = System.nanoTime();
      dying.cut();
      scene.produce(sent.subList(half, sent.size()));
      scene.finish();
      Scene.await("the other half is counted", () -> isCountedBut(orphans, scene));
      Scene.tell("owner down: the others are at the end after", down);
      assertThat(owned(scene, "dying")).as("nobody took its place").isEqualTo(orphans);

      long back = System.nanoTime();
      try (RunningStream again = RunningStream.start(member(scene, "dying"))) {
        scene.awaitEnd();
        Scene.tell("owner down: caught up after", back);
        new SceneCheck(scene).check();
        again.stop();
        alive.stop();
      }
    }
  }

  private static StreamSettings member(Scene scene, String name) {
    return scene
        .settings()
        .of(name, "classic", Map.of("group.instance.id", name, "session.timeout.ms", "60000"));
  }

  private static Set<Integer> owned(Scene scene, String name) {
    return scene.owners().get(scene.settings().evaluateGroup() + "-" + name);
  }

  private static boolean isCountedBut(Set<Integer> orphans, Scene scene) {
    Map<Integer, Long> counted =
        scene.committedOffsets(scene.settings().evaluateGroup(), scene.settings().input());
    Map<Integer, Long> ends = scene.endOffsets(scene.settings().input());
    return ends.entrySet().stream()
        .allMatch(end ->
            orphans.contains(end.getKey()) != end.getValue().equals(counted.get(end.getKey())));
  }
}
