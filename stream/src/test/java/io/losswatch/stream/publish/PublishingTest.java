package io.losswatch.stream.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.consume.Effort;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.OwnedLanes;
import io.losswatch.stream.fold.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PublishingTest {
  private static final PublishSettings SETTINGS =
      new PublishSettings(
          Map.of("bootstrap.servers", "127.0.0.1:1"),
          "app-evaluate-1",
          Map.of(),
          "dead",
          2_000_000);

  private static final Publishing.Terms TERMS = new Publishing.Terms(Duration.ZERO, new Effort());

  private final OwnedLanes lanes = new OwnedLanes();
  private final Lane lane = lanes.grant("predictions", 0);
  private final ScriptedProducer producer = new ScriptedProducer();
  private final Publishing publishing = Publishing.of(producer, SETTINGS, lanes.ownership(), TERMS);
  private final List<String> threads = new ArrayList<>();

  @Test
  void lane_isSettledByItsLastUnit() {
    lanes.join(1);
    StepVerifier.create(publishing.commit(Flux.just(unit(1, false), unit(2, true))))
        .expectNextCount(2)
        .verifyComplete();
    assertThat(OwnedLanes.isSettled(lane)).isTrue();
  }

  @Test
  void lane_withMoreToCome_isNotSettled() {
    lanes.join(1);
    StepVerifier.create(publishing.commit(Flux.just(unit(1, false))))
        .expectNextCount(1)
        .verifyComplete();
    assertThat(OwnedLanes.isSettled(lane)).isFalse();
  }

  @Test
  void lane_whoseLastUnitIsDropped_isSettledToo() {
    lanes.join(1);
    lanes.fence(lane);
    StepVerifier.create(publishing.commit(Flux.just(unit(1, true))))
        .assertNext(settled -> assertThat(settled.committed()).isFalse())
        .verifyComplete();
    assertThat(OwnedLanes.isSettled(lane)).isTrue();
  }

  @Test
  void lane_whoseCommitFails_isNotSettled() {
    lanes.join(1);
    producer.fail(ScriptedProducer.Step.FLUSH, new KafkaException("fatal"));
    producer.fail(ScriptedProducer.Step.ABORT, new KafkaException("fatal"));
    StepVerifier.create(publishing.commit(Flux.just(unit(1, true)))).verifyErrorMessage("fatal");
    assertThat(OwnedLanes.isSettled(lane)).isFalse();
  }

  @Test
  void producer_isUsedAndClosedOnOneThread() {
    lanes.join(1);
    producer.run(ScriptedProducer.Step.BEGIN, () -> threads.add(Thread.currentThread().getName()));
    StepVerifier.create(publishing.commit(Flux.just(unit(1, true))))
        .expectNextCount(1)
        .verifyComplete();
    StepVerifier.create(publishing.close()).verifyComplete();

    assertThat(producer.closed()).isTrue();
    assertThat(threads).hasSize(1);
    assertThat(threads.get(0)).startsWith("losswatch-commit-app-evaluate-1");
  }

  @Test
  void properties_areAcceptedByKafka() {
    Map<String, Object> properties = Publishing.producerProperties(SETTINGS);
    assertThat(properties)
        .containsEntry("transactional.id", "app-evaluate-1")
        .containsEntry("max.request.size", 2_000_000)
        .containsEntry("transaction.timeout.ms", 10_000)
        .containsEntry("acks", "all");
    try (KafkaProducer<byte[], byte[]> real =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      assertThat(real.metrics()).isNotEmpty();
    }
  }

  private TransactionUnit unit(long nextOffset, boolean last) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>("losses", new byte[] {1}, new byte[] {2});
    return new TransactionUnit(lane, nextOffset, List.of(record), new Tally(), last);
  }
}
