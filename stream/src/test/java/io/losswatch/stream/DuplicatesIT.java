package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.broker.KafkaBroker;
import io.losswatch.stream.broker.SharedBroker;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A producer that is not idempotent sends some of its records again. */
@Tag("fault")
@ExtendWith(SharedBroker.class)
class DuplicatesIT {
  private static final long SEED = 8;

  @Test
  void batches_sentTwice_areSamplesTwice(KafkaBroker broker) {
    try (Scene scene = Scene.open(broker, "duplicates");
        RunningStream stream = RunningStream.start(scene.settings().of("one"))) {
      List<Traffic.Sent> once = scene.traffic(8_000);
      List<Traffic.Sent> sent = withDuplicates(once);
      assertThat(sent).as("seed %d", SEED).hasSizeGreaterThan(once.size() * 5 / 4);
      scene.produce(sent);
      scene.finish();
      scene.awaitEnd();
      new SceneCheck(scene).check();
      stream.stop();
    }
  }

  private static List<Traffic.Sent> withDuplicates(List<Traffic.Sent> once) {
    Random random = new Random(SEED);
    List<Traffic.Sent> sent = new ArrayList<>();
    for (Traffic.Sent each : once) {
      sent.add(each);
      if (random.nextInt(3) == 0) {
        sent.add(each);
      }
    }
    return sent;
  }
}
