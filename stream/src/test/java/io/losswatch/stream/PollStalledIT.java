package io.losswatch.stream;

import io.losswatch.stream.broker.KafkaBroker;
import io.losswatch.stream.broker.SharedBroker;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The poll threads of an instance are stuck for longer than max.poll.interval, then go on. */
@Tag("fault")
@ExtendWith(SharedBroker.class)
class PollStalledIT {
  private static final Map<String, String> HASTY = Map.of("max.poll.interval.ms", "2000");

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void poll_stalledBeyondItsInterval_countsEverySampleOnce(String protocol, KafkaBroker broker) {
    FaultyClock clock = new FaultyClock();
    try (Scene scene = Scene.open(broker, "stalled-" + protocol);
        RunningStream stuck =
            RunningStream.start(scene.settings().of("stuck", protocol, HASTY), clock);
        RunningStream healthy =
            RunningStream.start(scene.settings().of("healthy", protocol, HASTY))) {
      List<Traffic.Sent> sent = scene.traffic(20_000);
      int third = sent.size() / 3;
      scene.produce(sent.subList(0, third));
      Scene.await("both own partitions", () -> scene.owners().size() == 2);

      clock.stall();
      long stalled = System.nanoTime();
      scene.produce(sent.subList(third, 2 * third));
      // the poll threads stand until all has gone without them
      scene.awaitRolled();
      Scene.tell("poll stalled, %s: taken over after".formatted(protocol), stalled);

      long released = System.nanoTime();
      clock.release();
      scene.produce(sent.subList(2 * third, sent.size()));
      Scene.await("both own partitions", () -> scene.owners().size() == 2);
      scene.awaitRolled();
      Scene.tell("poll stalled, %s: in again after".formatted(protocol), released);

      scene.finish();
      scene.awaitEnd();
      new SceneCheck(scene).check();
      stuck.stop();
      healthy.stop();
    }
  }
}
