package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.broker.KafkaBroker;
import io.losswatch.stream.broker.SharedBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The clock of an instance is set, and set right again. */
@Tag("fault")
@ExtendWith(SharedBroker.class)
class ClockJumpIT {
  @Test
  void clock_thatJumps_losesNothingAndHangsNothing(KafkaBroker broker) {
    FaultyClock clock = new FaultyClock();
    try (Scene scene = Scene.open(broker, "clock-jump");
        RunningStream stream =
            // nobody is idle, however long the test takes between its steps
            RunningStream.start(scene.settings().of("one"), clock)) {
      Instant now = Instant.now();
      List<Traffic.Sent> sent = new Traffic(6).batches(12_000, now, now.plusSeconds(60));
      int quarter = sent.size() / 4;
      scene.produce(sent.subList(0, quarter));
      scene.awaitRolled();

      clock.setAhead(Duration.ofHours(1));
      scene.produce(sent.subList(quarter, 2 * quarter));
      scene.awaitRolled();
      clock.setAhead(Duration.ofMinutes(-4));
      scene.produce(sent.subList(2 * quarter, 3 * quarter));
      scene.awaitRolled();
      clock.setAhead(Duration.ZERO);
      scene.produce(sent.subList(3 * quarter, sent.size()));
      scene.awaitRolled();

      long over = System.nanoTime();
      clock.setAhead(Duration.ofMinutes(10));
      scene.finish(now.plusSeconds(600));
      scene.awaitEnd();
      Scene.tell("clock jumps: windows closed after", over);
      new SceneCheck(scene).check();
      assertThat(new SceneCheck(scene).deadLetters()).isEmpty();
      stream.stop();
    }
  }
}
