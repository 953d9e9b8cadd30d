package io.losswatch.stream.publish;

import static io.losswatch.stream.publish.ScriptedProducer.Step.ABORT;
import static io.losswatch.stream.publish.ScriptedProducer.Step.BEGIN;
import static io.losswatch.stream.publish.ScriptedProducer.Step.COMMIT;
import static io.losswatch.stream.publish.ScriptedProducer.Step.FLUSH;
import static io.losswatch.stream.publish.ScriptedProducer.Step.OFFSETS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.losswatch.stream.consume.Effort;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.LaneStart;
import io.losswatch.stream.consume.OwnedLanes;
import io.losswatch.stream.fold.Tally;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TransactorTest {
  private final OwnedLanes lanes = new OwnedLanes();
  private final ConsumerGroupMetadata group = lanes.join(1);
  private final Lane lane0 = lanes.grant("predictions", 0);
  private final Lane lane1 = lanes.grant("predictions", 1);
  private final ScriptedProducer producer = new ScriptedProducer();
  private final Transactor transactor =
      new Transactor(producer, lanes.ownership(), "dead", within(Duration.ofSeconds(10)));

  private static Transactor.Timing within(Duration timeout) {
    return new Transactor.Timing(timeout, new Effort());
  }

  @AfterEach
  void lock_afterEachCommit_isFree() {
    assertThat(lanes.ownership().transaction().isLocked()).isFalse();
  }

  @Test
  void units_ofOwnedLanes_commitRecordsAndOffsetsTogether() {
    TransactionUnit first = unit(lane0, 10, "a", "b");
    TransactionUnit second = unit(lane1, 20, "c");
    List<Settled> settled = transactor.commit(List.of(first, second));

    assertThat(settled).containsExactly(new Settled(first, true), new Settled(second, true));
    assertThat(producer.steps()).containsExactly(BEGIN, FLUSH, OFFSETS, COMMIT);
    assertThat(values(producer.history())).containsExactly("a", "b", "c");
    assertThat(producer.consumerGroupOffsetsHistory()).containsExactly(offsets(10L, 20L));
    assertThat(producer.groups()).containsExactly(group);
  }

  @Test
  void units_ofOneLane_commitTheLastOffset() {
    transactor.commit(List.of(unit(lane0, 10, "a"), unit(lane0, 11, "b")));
    assertThat(producer.consumerGroupOffsetsHistory()).containsExactly(offsets(11L, null));
  }

  @Test
  void units_ofALostLane_areDroppedWhileOthersCommit() {
    lanes.fence(lane0);
    TransactionUnit lost = unit(lane0, 10, "lost");
    TransactionUnit kept = unit(lane1, 20, "kept");

    assertThat(transactor.commit(List.of(lost, kept)))
        .containsExactly(new Settled(lost, false), new Settled(kept, true));
    assertThat(values(producer.history())).containsExactly("kept");
    assertThat(producer.consumerGroupOffsetsHistory()).containsExactly(offsets(null, 20L));
  }

  @Test
  void units_ofAnOlderEpoch_areDropped() {
    lanes.fence(lane0);
    Lane again = lanes.grant("predictions", 0);
    TransactionUnit old = unit(lane0, 99, "old");
    TransactionUnit now = unit(again, 10, "now");

    assertThat(transactor.commit(List.of(old, now)))
        .containsExactly(new Settled(old, false), new Settled(now, true));
    assertThat(values(producer.history())).containsExactly("now");
    assertThat(producer.consumerGroupOffsetsHistory()).containsExactly(offsets(10L, null));
  }

  @Test
  void unit_ofAPair_commitsBothOffsets() {
    Lane pair = pair();
    TransactionUnit unit = pairUnit(pair);
    transactor.commit(List.of(unit));

    assertThat(producer.consumerGroupOffsetsHistory())
        .containsExactly(
            Map.of(
                OwnedLanes.GROUP,
                Map.of(
                    new TopicPartition("predictions", 5), new OffsetAndMetadata(10),
                    new TopicPartition("labels", 5), new OffsetAndMetadata(7))));
  }

  @Test
  void unit_ofAPairWhoseCompanionIsLost_isDropped() {
    Lane pair = pair();
    TransactionUnit unit = pairUnit(pair);
    lanes.fence(Objects.requireNonNull(pair.companion()));

    assertThat(transactor.commit(List.of(unit))).containsExactly(new Settled(unit, false));
    assertThat(producer.steps()).isEmpty();
  }

  private Lane pair() {
    return lanes.grantPair("predictions", "labels", 5);
  }

  private static TransactionUnit pairUnit(Lane pair) {
    return new TransactionUnit(
        pair, new LaneStart(10, 7), List.of(record("losses", "a")), new Tally(), false);
  }

  @Test
  void units_ofLostLanesOnly_needNoTransaction() {
    lanes.fence(lane0);
    TransactionUnit lost = unit(lane0, 10, "lost");

    assertThat(transactor.commit(List.of(lost))).containsExactly(new Settled(lost, false));
    assertThat(producer.steps()).isEmpty();
  }

  @Test
  void unit_thatIsEmpty_needsNoTransaction() {
    TransactionUnit empty = unit(lane0, 10);

    assertThat(transactor.commit(List.of(empty))).containsExactly(new Settled(empty, true));
    assertThat(producer.steps()).isEmpty();
  }

  @Test
  void unit_thatIsEmpty_movesNoOffsetBesideOthers() {
    // the unit of a lane that was revoked before it was restored says offset 0
    transactor.commit(List.of(unit(lane0, 0), unit(lane1, 20, "a")));
    assertThat(producer.consumerGroupOffsetsHistory()).containsExactly(offsets(null, 20L));
  }

  @Test
  void failure_thatCanBeAborted_sendsTheSameAgainInOrder() {
    producer.fail(FLUSH, new TransactionAbortableException("try again"));
    TransactionUnit first = unit(lane0, 10, "a", "b");
    TransactionUnit second = unit(lane1, 20, "c");

    assertThat(transactor.commit(List.of(first, second)))
        .containsExactly(new Settled(first, true), new Settled(second, true));
    assertThat(producer.steps())
        .containsExactly(BEGIN, FLUSH, ABORT, BEGIN, FLUSH, OFFSETS, COMMIT);
    assertThat(producer.attempts()).hasSize(2);
    assertThat(producer.attempts().get(1)).isEqualTo(producer.attempts().get(0));
    assertThat(values(producer.history())).containsExactly("a", "b", "c");
  }

  @Test
  void failure_ofTheCommitItself_aborts() {
    producer.fail(COMMIT, new KafkaException("coordinator moved"));
    transactor.commit(List.of(unit(lane0, 10, "a")));

    assertThat(producer.steps())
        .containsExactly(BEGIN, FLUSH, OFFSETS, COMMIT, ABORT, BEGIN, FLUSH, OFFSETS, COMMIT);
    assertThat(values(producer.history())).containsExactly("a");
  }

  @Test
  void failure_whoseAbortFailsToo_propagates() {
    KafkaException fatal = new KafkaException("in a fatal state");
    producer.fail(FLUSH, new KafkaException("in a fatal state"));
    producer.fail(ABORT, fatal);

    assertThatThrownBy(() -> transactor.commit(List.of(unit(lane0, 10, "a")))).isSameAs(fatal);
  }

  @Test
  void lane_lostDuringAnAbortedTransaction_isNotSentAgain() {
    producer.fail(COMMIT, new KafkaException("abort"));
    producer.run(ABORT, () -> lanes.fence(lane0));
    TransactionUnit lost = unit(lane0, 10, "lost");
    TransactionUnit kept = unit(lane1, 20, "kept");

    assertThat(transactor.commit(List.of(lost, kept)))
        .containsExactly(new Settled(lost, false), new Settled(kept, true));
    assertThat(values(producer.attempts().get(1))).containsExactly("kept");
    assertThat(producer.consumerGroupOffsetsHistory()).containsExactly(offsets(null, 20L));
  }

  @Test
  void commit_ofAnOldGeneration_isTriedAgainWithTheNewMembership() {
    producer.fail(OFFSETS, new CommitFailedException("generation 1 is gone"));
    producer.run(ABORT, () -> lanes.join(2));
    transactor.commit(List.of(unit(lane0, 10, "a")));

    assertThat(producer.steps())
        .containsExactly(BEGIN, FLUSH, OFFSETS, ABORT, BEGIN, FLUSH, OFFSETS, COMMIT);
    assertThat(producer.groups())
        .extracting(ConsumerGroupMetadata::generationId)
        .containsExactly(2);
    assertThat(values(producer.history())).containsExactly("a");
  }

  @Test
  void commit_timedOut_isRetriedNotAborted() {
    producer.fail(COMMIT, new TimeoutException("no answer"));
    producer.fail(COMMIT, new TimeoutException("still none"));
    transactor.commit(List.of(unit(lane0, 10, "a")));

    assertThat(producer.steps()).containsExactly(BEGIN, FLUSH, OFFSETS, COMMIT, COMMIT, COMMIT);
    assertThat(values(producer.history())).containsExactly("a");
  }

  @Test
  void offsets_timedOut_abort() {
    producer.fail(OFFSETS, new TimeoutException("no answer"));
    transactor.commit(List.of(unit(lane0, 10, "a")));

    assertThat(producer.steps())
        .containsExactly(BEGIN, FLUSH, OFFSETS, ABORT, BEGIN, FLUSH, OFFSETS, COMMIT);
  }

  @Test
  void record_givenUpByTheProducer_endsTheHopBeforeTheNextOneIsSent() {
    producer.giveUp(record -> true);

    assertThatThrownBy(() -> transactor.commit(List.of(unit(lane0, 10, "a", "b", "c"))))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("not present in metadata");
    assertThat(values(producer.attempts().get(0))).containsExactly("a");
    assertThat(producer.steps()).containsExactly(BEGIN);
  }

  @Test
  void producer_fenced_propagates() {
    producer.fail(OFFSETS, new ProducerFencedException("a younger self"));

    assertThatThrownBy(() -> transactor.commit(List.of(unit(lane0, 10, "a"))))
        .isInstanceOf(ProducerFencedException.class);
    assertThat(producer.steps()).doesNotContain(ABORT, COMMIT);
  }

  @Test
  void producer_fencedByALeader_isFencedToo() {
    producer.fail(OFFSETS, new InvalidProducerEpochException("an old epoch"));

    assertThatThrownBy(() -> transactor.commit(List.of(unit(lane0, 10, "a"))))
        .isInstanceOf(ProducerFencedException.class)
        .hasMessageContaining("an old epoch");
    assertThat(producer.steps()).doesNotContain(ABORT, COMMIT);
  }

  @Test
  void producer_fencedAfterTheTransactionTimeout_isATimeoutThatHeals() {
    Transactor slow = new Transactor(producer, lanes.ownership(), "dead", within(Duration.ZERO));
    producer.fail(OFFSETS, new ProducerFencedException("the coordinator ended it"));

    assertThatThrownBy(() -> slow.commit(List.of(unit(lane0, 10, "a"))))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("longer than 0 ms")
        .hasCauseInstanceOf(ProducerFencedException.class);
    assertThat(producer.steps()).doesNotContain(COMMIT);
  }

  @Test
  void producer_thatMustBeMadeAnew_propagates() {
    producer.fail(COMMIT, new InvalidPidMappingException("expired"));

    assertThatThrownBy(() -> transactor.commit(List.of(unit(lane0, 10, "a"))))
        .isInstanceOf(InvalidPidMappingException.class);
    assertThat(producer.steps()).doesNotContain(ABORT);
  }

  @Test
  void permission_refused_propagates() {
    producer.fail(OFFSETS, new TopicAuthorizationException("losses"));

    assertThatThrownBy(() -> transactor.commit(List.of(unit(lane0, 10, "a"))))
        .isInstanceOf(TopicAuthorizationException.class);
  }

  @Test
  void permission_refusedToASend_propagatesThoughTheProducerWrapsIt() {
    TopicAuthorizationException refused = new TopicAuthorizationException("losses");
    producer.fail(OFFSETS, new KafkaException("the transaction is in an error state", refused));

    assertThatThrownBy(() -> transactor.commit(List.of(unit(lane0, 10, "a")))).isSameAs(refused);
  }

  @Test
  void deadLetter_tooLargeForTheBroker_goesWithoutItsValue() {
    producer.refuseAsTooLarge(record -> record.value() != null && record.value().length > 5);
    ProducerRecord<byte[], byte[]> letter = record("dead", "too long");
    letter.headers().add("losswatch-length", bytes("8"));
    TransactionUnit unit = unit(lane0, 10, List.of(record("losses", "a"), letter));
    List<Settled> settled = transactor.commit(List.of(unit));

    assertThat(settled).containsExactly(new Settled(unit, true));
    assertThat(producer.attempts()).hasSize(2);
    assertThat(producer.history()).hasSize(2);
    ProducerRecord<byte[], byte[]> sent = producer.history().get(1);
    assertThat(sent.topic()).isEqualTo("dead");
    assertThat(sent.key()).isEqualTo(letter.key());
    assertThat(sent.value()).isNull();
    assertThat(sent.headers().lastHeader("losswatch-length").value()).isEqualTo(bytes("8"));
  }

  @Test
  void record_tooLargeForTheBroker_endsWithItsTopicAndTheSetting() {
    producer.refuseAsTooLarge(record -> record.topic().equals("losses"));

    assertThatThrownBy(() -> transactor.commit(List.of(unit(lane0, 10, "a"))))
        .isInstanceOf(RecordTooLargeException.class)
        .hasMessageContaining("topic losses")
        .hasMessageContaining("max.message.bytes");
    assertThat(producer.attempts()).hasSize(1);
    assertThat(producer.transactionInFlight()).isFalse();
  }

  @Test
  void deadLetter_tooLargeWithoutAValue_ends() {
    producer.refuseAsTooLarge(record -> true);
    TransactionUnit unit = unit(lane0, 10, List.of(record("dead", "x")));

    assertThatThrownBy(() -> transactor.commit(List.of(unit)))
        .isInstanceOf(RecordTooLargeException.class);
    assertThat(producer.attempts()).as("whole, without value, without key").hasSize(3);
  }

  @Test
  void deadLetter_tooLargeByItsKeyAndHeaders_keepsWhatSaysWhatItWas() {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>("dead", null, bytes("key"), bytes("x"));
    letter.headers().add("foreign", bytes("large")).add("losswatch-reason", bytes("bad-label"));
    producer.refuseAsTooLarge(record -> record.topic().equals("dead") && record.key() != null);

    assertThat(transactor.commit(List.of(unit(lane0, 10, List.of(letter))))).hasSize(1);

    ProducerRecord<byte[], byte[]> sent = producer.history().get(0);
    assertThat(sent.value()).isNull();
    assertThat(sent.headers()).extracting(Header::key).containsExactly("losswatch-reason");
  }

  @Test
  void revocation_waitingInVain_aborts() {
    // another thread, since the committer may take its own lock again
    producer.run(OFFSETS, () -> CompletableFuture.runAsync(() -> lanes.fence(lane0)).join());
    TransactionUnit lost = unit(lane0, 10, "lost");
    TransactionUnit kept = unit(lane1, 20, "kept");

    assertThat(transactor.commit(List.of(lost, kept)))
        .containsExactly(new Settled(lost, false), new Settled(kept, true));
    assertThat(producer.steps())
        .containsExactly(BEGIN, FLUSH, OFFSETS, ABORT, BEGIN, FLUSH, OFFSETS, COMMIT);
    assertThat(lanes.ownership().isAbortRequested()).isFalse();
    assertThat(values(producer.history())).containsExactly("kept");
    assertThat(producer.consumerGroupOffsetsHistory()).containsExactly(offsets(null, 20L));
  }

  @Test
  void membership_unknown_waitsWithoutATransaction() {
    OwnedLanes fresh = new OwnedLanes();
    Lane lane = fresh.grant("predictions", 0);
    Transactor waiting =
        new Transactor(producer, fresh.ownership(), "dead", within(Duration.ofSeconds(10)));
    CompletableFuture<List<Settled>> committed = new CompletableFuture<>();
    Thread committer =
        new Thread(() -> committed.complete(waiting.commit(List.of(unit(lane, 10, "a")))));
    committer.start();
    while (committer.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    assertThat(producer.steps()).isEmpty();
    fresh.join(1);

    assertThat(committed.join()).allMatch(Settled::committed);
    assertThat(values(producer.history())).containsExactly("a");
  }

  @Test
  void interrupt_whileWaiting_ends() {
    OwnedLanes fresh = new OwnedLanes();
    Lane lane = fresh.grant("predictions", 0);
    Transactor waiting =
        new Transactor(producer, fresh.ownership(), "dead", within(Duration.ofSeconds(10)));
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> waiting.commit(List.of(unit(lane, 10, "a"))))
        .isInstanceOf(InterruptException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  private static TransactionUnit unit(Lane lane, long nextOffset, String... values) {
    return unit(
        lane, nextOffset, Arrays.stream(values).map(value -> record("losses", value)).toList());
  }

  private static TransactionUnit unit(
      Lane lane, long nextOffset, List<ProducerRecord<byte[], byte[]>> records) {
    return new TransactionUnit(lane, nextOffset, records, new Tally(), false);
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String value) {
    return new ProducerRecord<>(topic, bytes("key"), bytes(value));
  }

  private static List<String> values(List<ProducerRecord<byte[], byte[]>> records) {
    return records.stream()
        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
        .toList();
  }

  private static Map<String, Map<TopicPartition, OffsetAndMetadata>> offsets(
      @Nullable Long of0, @Nullable Long of1) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    if (of0 != null) {
      offsets.put(new TopicPartition("predictions", 0), new OffsetAndMetadata(of0));
    }
    if (of1 != null) {
      offsets.put(new TopicPartition("predictions", 1), new OffsetAndMetadata(of1));
    }
    return Map.of(OwnedLanes.GROUP, offsets);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
