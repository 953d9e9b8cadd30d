package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.broker.KafkaCluster;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * All three brokers are gone for longer than any client waits: sessions, deliveries, requests and
 * transactions time out, as they do with Kafka's defaults in an outage of minutes.
 */
@Tag("fault")
class AllBrokersDownIT {
  private static final Duration OUTAGE = Duration.ofSeconds(10);
  private static final Map<String, String> IMPATIENT =
      Map.of(
          "topics.replication-factor", "3",
          "kafka.request.timeout.ms", "3000",
          "kafka.default.api.timeout.ms", "6000",
          "kafka.producer.max.block.ms", "6000",
          "kafka.producer.delivery.timeout.ms", "6000",
          "kafka.producer.linger.ms", "0");

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void brokers_allDownLongerThanClientsWait_countsEverySampleOnce() throws Exception {
    try (KafkaCluster cluster = KafkaCluster.start(Map.of());
        Trial trial = new Trial("all brokers down", cluster.bootstrapServers(), IMPATIENT)) {
      trial.start("a", "consumer");
      trial.start("b", "consumer");
      trial.feed(Feeding.Rate.STEADY);
      trial.awaitMembers(2);
      trial.awaitProgress();
      cluster.killAll();
      trial.pass(OUTAGE);
      assertThat(trial.instance("a").isAlive()).as(trial.instance("a").output()).isTrue();
      assertThat(trial.instance("b").isAlive()).as(trial.instance("b").output()).isTrue();
      cluster.restartAll();
      trial.awaitRecovery("outage of " + OUTAGE.toSeconds() + " s");
      trial.finish();
      trial.terminateAll();
    }
  }
}
