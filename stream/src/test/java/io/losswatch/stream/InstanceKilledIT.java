package io.losswatch.stream;

import io.losswatch.stream.broker.KafkaBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two instances on a real broker, each in a JVM of its own, of which one is killed, or now one and
 * now the other: every sample is in its windows once, and the ranges of the partials tile the
 * input.
 */
class InstanceKilledIT {
  private static final int KILLS = 20;
  private static final int MAX_PAUSE_MILLIS = 1500;

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void kill_halfWay_countsEverySampleOnce(String groupProtocol) throws Exception {
    try (KafkaBroker broker = KafkaBroker.start();
        Trial trial = new Trial("killed half-way", broker.bootstrapServers(), Map.of())) {
      trial.start("a", groupProtocol);
      trial.feed(Feeding.Rate.STEADY);
      // under load already when the second one takes half of the partitions away
      trial.awaitProgress();
      trial.start("b", groupProtocol);
      trial.awaitMembers(2);
      trial.awaitProgress();
      trial.instance("a").kill();
      trial.awaitRecovery("kill, " + groupProtocol);
      trial.finish();
      trial.terminate("b");
    }
  }

  @Test
  @Tag("fault")
  void kill_twentyTimesAtRandomMoments_countsEverySampleOnce() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start();
        Trial trial = new Trial("killed at random moments", broker.bootstrapServers(), Map.of())) {
      trial.start("a", "classic");
      trial.start("b", "classic");
      trial.feed(Feeding.Rate.STEADY);
      trial.awaitMembers(2);
      for (int kill = 1; kill <= KILLS; kill++) {
        if (trial.random().nextBoolean()) {
          // else in the middle of a rebalance or of a restore, as often as not
          trial.awaitProgress();
        }
        trial.pass(Duration.ofMillis(trial.random().nextInt(MAX_PAUSE_MILLIS)));
        String victim = List.of("a", "b").get(trial.random().nextInt(2));
        trial.instance(victim).kill();
        trial.start(victim, "classic");
        if (kill % 5 == 0) {
          trial.awaitRecovery("kill " + kill);
        }
      }
      trial.finish();
      trial.terminateAll();
    }
  }
}
