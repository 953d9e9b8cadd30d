package io.losswatch.stream;

import io.losswatch.stream.broker.JavaProcess;
import io.losswatch.stream.broker.KafkaBroker;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A whole instance stands still, heartbeats and an open transaction included, until others have
 * taken its work; then it goes on as if nothing had happened.
 */
@Tag("fault")
class InstanceSuspendedIT {
  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void instance_suspendedBeyondItsSession_countsEverySampleOnce(String protocol) throws Exception {
    try (KafkaBroker broker = KafkaBroker.start();
        Trial trial =
            new Trial("instance suspended, " + protocol, broker.bootstrapServers(), Map.of())) {
      JavaProcess suspended = trial.start("a", protocol);
      trial.start("b", protocol);
      trial.feed(Feeding.Rate.STEADY);
      trial.awaitMembers(2);
      trial.awaitProgress();
      suspended.suspend();
      trial.awaitRecovery("suspended");
      suspended.resume();
      trial.awaitMembers(2);
      trial.awaitRecovery("resumed");
      trial.finish();
      trial.terminateAll();
    }
  }
}
