package io.losswatch.stream;

import io.losswatch.stream.broker.KafkaBroker;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Instances join and leave every few seconds beside one that stays. It commits without a pause, so
 * that partitions are taken away in the middle of transactions.
 */
@Tag("fault")
class RebalanceDuringCommitIT {
  private static final int GUESTS = 4;
  private static final Feeding.Rate BUSY = new Feeding.Rate(500, 0.02);

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void partitions_takenAwayDuringCommits_countEverySampleOnce(String groupProtocol)
      throws Exception {
    try (KafkaBroker broker = KafkaBroker.start();
        Trial trial =
            new Trial(
                "rebalance during a commit, " + groupProtocol,
                broker.bootstrapServers(),
                Map.of("commit-interval", "PT0.01S"))) {
      trial.start("stays", groupProtocol);
      trial.feed(BUSY);
      trial.awaitProgress();
      for (int guest = 1; guest <= GUESTS; guest++) {
        String name = "guest-" + guest;
        trial.start(name, groupProtocol);
        trial.awaitMembers(2);
        trial.awaitRecovery(name + " joined");
        trial.terminate(name);
        trial.awaitRecovery(name + " left");
      }
      trial.finish();
      trial.terminate("stays");
    }
  }
}
