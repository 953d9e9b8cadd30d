package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.broker.JavaProcess;
import io.losswatch.stream.broker.KafkaBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Somebody else has the transactional ids of an instance. */
@Tag("fault")
class ProducerFencedIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @Test
  void producer_fencedOnce_goesOnFromTheCommittedState() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start();
        Trial trial = new Trial("producer fenced", broker.bootstrapServers(), Map.of())) {
      JavaProcess instance = trial.start("a", "classic");
      trial.feed(Feeding.Rate.STEADY);
      trial.awaitProgress();
      for (String id : List.of("test-evaluate-a", "test-roll-a")) {
        fence(broker, id);
      }
      trial.awaitRecovery("fencing of both hops");
      trial.await("both hops have started anew", () -> count(instance, "starting anew") >= 2);
      trial.finish();
      trial.terminateAll();
    }
  }

  private static void fence(KafkaBroker broker, String transactionalId) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "transactional.id",
                transactionalId),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.initTransactions();
    }
  }

  /**
   * The older one stands still inside its work, is replaced, and wakes up. Both think that the name
   * is theirs, fence each other, and one of them gives up.
   */
  @Test
  void zombie_wakesUpBesideItsSuccessor_countsEverySampleOnceAndOneGivesUp() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start();
        Trial trial = new Trial("zombie", broker.bootstrapServers(), Map.of())) {
      JavaProcess zombie = trial.start("a", "classic");
      trial.feed(Feeding.Rate.STEADY);
      trial.awaitProgress();
      zombie.suspend();
      JavaProcess successor = trial.start("a", "classic");
      trial.awaitRecovery("an instance that stands still, by its successor");
      zombie.resume();
      trial.await("one gives up", () -> !(zombie.isAlive() && successor.isAlive()));
      JavaProcess loser = zombie.isAlive() ? successor : zombie;
      assertThat(loser.awaitExit(PATIENCE)).as(loser.output()).isEqualTo(1);
      assertThat(loser.output()).contains("ProducerFencedException");
      JavaProcess other = loser == zombie ? successor : zombie;
      if (count(other, "ProducerFencedException") > 0) {
        // perhaps each has lost one hop to the other: whoever supervises them starts one again
        other.kill();
        trial.start("a", "classic");
      }
      trial.awaitRecovery("zombie");
      trial.finish();
    }
  }

  private static long count(JavaProcess process, String words) {
    return process.output().lines().filter(line -> line.contains(words)).count();
  }
}
