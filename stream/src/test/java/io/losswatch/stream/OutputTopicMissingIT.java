package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.broker.JavaProcess;
import io.losswatch.stream.broker.KafkaBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The topic of rolling losses is not there, or somebody deletes it. What was in it is gone; what
 * comes after it is the same as if it had never been deleted.
 */
@Tag("fault")
class OutputTopicMissingIT {
  private static final String OUTPUT = "rolling-loss";
  private static final int PARTITIONS = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration ON_THE_WAY = Duration.ofSeconds(2);

  /** A standstill costs no partitions; deliveries give up sooner than after two minutes. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "kafka.consumer.session.timeout.ms", "45000",
          "kafka.producer.request.timeout.ms", "1500",
          "kafka.producer.delivery.timeout.ms", "3000",
          "kafka.producer.max.block.ms", "3000",
          "kafka.producer.linger.ms", "0",
          "kafka.producer.transaction.timeout.ms", "8000");

  @Test
  void output_deletedWhileRunning_isMadeAgainAndTheRestIsThere() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start();
        Trial trial = new Trial("output topic deleted", broker.bootstrapServers(), SETTINGS)) {
      trial.start("a", "classic");
      trial.feed(Feeding.Rate.STEADY);
      trial.awaitProgress();
      trial.await("windows are published", () -> isPublished(trial));
      List<ConsumerRecord<byte[], byte[]>> before = deleteUnder(trial);
      trial.await("the topic is there again", () -> exists(trial));
      trial.awaitRecovery("deletion of the output topic");
      finish(trial, before);
      trial.terminateAll();
    }
  }

  @Test
  void output_missingAndNotToBeMade_endsWithItsNameAndGoesOnOnceItIsThere() throws Exception {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("topics.create", "false");
    try (KafkaBroker broker = KafkaBroker.start();
        Trial trial = new Trial("output topic missing", broker.bootstrapServers(), settings)) {
      trial.createTopic("partials", PARTITIONS);
      trial.createTopic("dead-letter", PARTITIONS);
      trial.createTopic("test-predictions-state", Traffic.PARTITIONS);
      trial.createTopic("test-partials-state", PARTITIONS);
      endsNamingTheTopic(trial.start("a", "classic"));

      trial.createTopic(OUTPUT, PARTITIONS);
      JavaProcess instance = trial.start("a", "classic");
      trial.feed(Feeding.Rate.STEADY);
      trial.awaitProgress();
      trial.await("windows are published", () -> isPublished(trial));
      List<ConsumerRecord<byte[], byte[]>> before = deleteUnder(trial);
      endsNamingTheTopic(instance);

      trial.createTopic(OUTPUT, PARTITIONS);
      trial.start("a", "classic");
      trial.awaitRecovery("the output topic's absence");
      finish(trial, before);
      trial.terminateAll();
    }
  }

  private static void endsNamingTheTopic(JavaProcess instance) throws InterruptedException {
    assertThat(instance.awaitExit(PATIENCE)).as(instance.output()).isEqualTo(1);
    assertThat(instance.output())
        .contains("topic rolling-loss does not exist, and topics.create is false");
  }

  private static boolean isPublished(Trial trial) {
    return exists(trial) && end(trial, IsolationLevel.READ_COMMITTED) > 0;
  }

  /**
   * Deletes the topic while the instance stands still, so that everything that was in it is known.
   */
  private static List<ConsumerRecord<byte[], byte[]>> deleteUnder(Trial trial) throws Exception {
    JavaProcess instance = trial.instance("a");
    instance.suspend();
    // what it had sent just before may still be on its way, and begin a transaction
    trial.pass(ON_THE_WAY);
    trial.await(
        "no transaction is open on the output",
        () ->
            end(trial, IsolationLevel.READ_COMMITTED)
                == end(trial, IsolationLevel.READ_UNCOMMITTED));
    try (CommittedTopic losses = trial.topic(OUTPUT)) {
      List<ConsumerRecord<byte[], byte[]>> before = new ArrayList<>(losses.records());
      trial.admin().deleteTopics(List.of(OUTPUT)).all().get();
      trial.await("the topic is gone", () -> !exists(trial));
      return before;
    } finally {
      instance.resume();
    }
  }

  private static boolean exists(Trial trial) {
    return Trial.get(trial.admin().listTopics().names()).contains(OUTPUT);
  }

  private static long end(Trial trial, IsolationLevel isolation) {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      wanted.put(new TopicPartition(OUTPUT, partition), OffsetSpec.latest());
    }
    return Trial.get(trial.admin().listOffsets(wanted, new ListOffsetsOptions(isolation)).all())
        .values()
        .stream()
        .mapToLong(end -> end.offset())
        .sum();
  }

  private static void finish(Trial trial, List<ConsumerRecord<byte[], byte[]>> before)
      throws Exception {
    trial.complete();
    try (CommittedTopic after = trial.topic(OUTPUT)) {
      trial.finish(before, after);
    }
  }
}
