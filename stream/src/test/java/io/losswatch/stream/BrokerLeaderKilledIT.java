package io.losswatch.stream;

import io.losswatch.stream.broker.KafkaCluster;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Each of three brokers is killed under load and comes back: each leads partitions of the input and
 * of the outputs, and one of them each the transactions, the groups and the quorum.
 */
@Tag("fault")
class BrokerLeaderKilledIT {
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void leader_killedAndRestarted_countsEverySampleOnce() throws Exception {
    try (KafkaCluster cluster = KafkaCluster.start(Map.of());
        Trial trial =
            new Trial(
                "broker leader killed",
                cluster.bootstrapServers(),
                Map.of("topics.replication-factor", "3"))) {
      trial.start("a", "classic");
      trial.start("b", "classic");
      trial.feed(Feeding.Rate.STEADY);
      trial.awaitMembers(2);
      for (int node = 1; node <= KafkaCluster.NODES; node++) {
        trial.awaitProgress();
        cluster.node(node).kill();
        trial.awaitRecovery("node " + node + " killed");
        cluster.node(node).restart();
        trial.awaitRecovery("node " + node + " back");
        trial.await("all replicas are in sync", () -> isInSync(trial));
      }
      trial.finish();
      trial.terminateAll();
    }
  }

  private static boolean isInSync(Trial trial) {
    return List.of("predictions", "partials", "rolling-loss", "__transaction_state").stream()
        .flatMap(topic -> trial.describe(topic).partitions().stream())
        .allMatch(partition -> partition.isr().size() == KafkaCluster.NODES);
  }
}
