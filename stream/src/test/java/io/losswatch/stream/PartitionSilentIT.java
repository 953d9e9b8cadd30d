package io.losswatch.stream;

import io.losswatch.stream.broker.KafkaBroker;
import io.losswatch.stream.broker.SharedBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A partition that never had a record beside busy ones. */
@Tag("fault")
@ExtendWith(SharedBroker.class)
class PartitionSilentIT {
  @Test
  void partition_thatNeverHadARecord_holdsUpNoWindow(KafkaBroker broker) {
    FaultyClock clock = new FaultyClock();
    try (Scene scene = Scene.open(broker, "silent");
        RunningStream stream =
            RunningStream.start(
                scene.settings().of("one", "classic", Map.of(), Duration.ofSeconds(2)), clock)) {
      Instant now = Instant.now();
      List<Traffic.Sent> sent =
          new Traffic(5)
              .batches(10_000, now, now.plusSeconds(120)).stream()
                  .filter(each -> each.partition() < Traffic.PARTITIONS - 1)
                  .toList();
      scene.produce(sent);
      scene.awaitRolled();

      long over = System.nanoTime();
      clock.setAhead(Duration.ofMinutes(10));
      scene.awaitEnd();
      Scene.tell("partition silent: windows closed after", over);
      new SceneCheck(scene).check();
      stream.stop();
    }
  }
}
