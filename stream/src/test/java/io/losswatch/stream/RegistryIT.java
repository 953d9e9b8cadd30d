package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.schemas.codec.SchemaFiles;
import io.losswatch.schemas.codec.WriterSchemas;
import io.losswatch.schemas.registry.HttpRegistry;
import io.losswatch.schemas.registry.RegistrySchemas;
import io.losswatch.schemas.registry.SchemaId;
import io.losswatch.stream.broker.KafkaBroker;
import io.losswatch.stream.broker.RegistryServer;
import io.losswatch.stream.broker.SharedBroker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stream beside a real registry, which goes silent. */
@ExtendWith(SharedBroker.class)
class RegistryIT {
  private static final RecordCodec<LogitBatch> BATCHES = RecordCodec.of(LogitBatch.class);
  private static final int LAST = Traffic.PARTITIONS - 1;
  private static final int PREFIX_BYTES = 5;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static RegistryServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static HttpRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    server = RegistryServer.start();
    registry = HttpRegistry.of(server.url(), null);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void registryThatIsSilent_pausesThePartitionThatNeedsIt_andNothingIsLost(KafkaBroker broker)
      throws Exception {
    int id = registry.register("batches", SchemaFiles.of(LogitBatch.class));
    RegistrySchemas schemas = RegistrySchemas.of(registry);
    try (Scene scene = Scene.open(broker, "registry");
        RunningStream stream = RunningStream.start(with(scene.settings().of("one"), schemas))) {
      scene.decodeWith(schemas);
      Scene.await("the output's schema is registered", () -> isRegistered(scene));
      server.suspend();
      List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
      for (Traffic.Sent sent : scene.traffic(3000)) {
        scene.oracle().add(sent.value());
        records.add(
            sent.partition() == LAST
                ? framed(scene, sent, id, records.size() % 2 == 0)
                : scene.record(sent.partition(), sent.value()));
      }
      scene.send(records);

      Scene.await("the other partitions go on", () -> othersAreCounted(scene));
      String input = scene.settings().input();
      assertThat(scene.committedOffsets(scene.settings().evaluateGroup(), input).get(LAST))
          .isZero();
      server.resume();
      scene.finish();
      scene.awaitEnd();

      new SceneCheck(scene).check();
      int output = registry.register(subject(scene), SchemaFiles.of(RollingLoss.class));
      assertThat(scene.committed(scene.settings().output()))
          .isNotEmpty()
          .allSatisfy(record ->
              assertThat(Arrays.copyOf(record.value(), PREFIX_BYTES))
                  .isEqualTo(SchemaId.prefix(output)));
      stream.stop();
    } finally {
      server.resume();
    }
  }

  @Test
  void idThatTheRegistryDoesNotKnow_isDeadLettered(KafkaBroker broker) {
    RegistrySchemas schemas = RegistrySchemas.of(registry);
    try (Scene scene = Scene.open(broker, "registry-unknown");
        RunningStream stream = RunningStream.start(with(scene.settings().of("one"), schemas))) {
      byte[] value = Arrays.copyOf(SchemaId.prefix(123_456), 20);
      scene.send(List.of(scene.record(0, value)));
      Scene.await("it is dead-lettered", () -> !deadLetters(scene).isEmpty());

      ConsumerRecord<byte[], byte[]> letter = deadLetters(scene).get(0);
      assertThat(letter.value()).isEqualTo(value);
      assertThat(new String(reason(letter), StandardCharsets.UTF_8)).isEqualTo("unknown-schema");
      stream.stop();
    }
  }

  @Test
  void outputSchema_thatIsIncompatibleWithTheSubject_endsTheService(KafkaBroker broker)
      throws Exception {
    RegistrySchemas schemas = RegistrySchemas.of(registry);
    try (Scene scene = Scene.open(broker, "registry-incompatible")) {
      registry.register(
          subject(scene),
          """
          {"type": "record", "name": "RollingLoss", "namespace": "io.losswatch.schemas",
           "fields": [{"name": "mean", "type": "string"}]}
          """);
      server.demandCompatibility(subject(scene));
      try (RunningStream stream = RunningStream.start(with(scene.settings().of("one"), schemas))) {
        assertThat(stream.failure())
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("under registry-incompatible-rolling-loss-value")
            .hasMessageContaining("refuses it");
      }
    }
  }

  @Test
  void guid_ofARegistryThatKnowsNone_isUnknown() {
    SchemaId id = SchemaId.of(new UUID(1, 2));
    assertThatThrownBy(() -> registry.find(id))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("but not the schema GUID 00000000-0000-0001");
  }

  private static boolean othersAreCounted(Scene scene) {
    String input = scene.settings().input();
    Map<Integer, Long> ends = scene.endOffsets(input);
    Map<Integer, Long> counted = scene.committedOffsets(scene.settings().evaluateGroup(), input);
    ends.remove(LAST);
    counted.remove(LAST);
    return counted.equals(ends);
  }

  private static boolean isRegistered(Scene scene) {
    return server.knows(subject(scene));
  }

  private static String subject(Scene scene) {
    return scene.settings().output() + "-value";
  }

  /** The record with its schema's id before it or in a header. */
  private static ProducerRecord<byte[], byte[]> framed(
      Scene scene, Traffic.Sent sent, int id, boolean inHeader) {
    byte[] prefixed = BATCHES.encode(sent.batch(), id);
    if (!inHeader) {
      return scene.record(sent.partition(), prefixed);
    }
    byte[] body = Arrays.copyOfRange(prefixed, PREFIX_BYTES, prefixed.length);
    ProducerRecord<byte[], byte[]> record = scene.record(sent.partition(), body);
    record.headers().add(SchemaId.HEADER, SchemaId.prefix(id));
    return record;
  }

  private static List<ConsumerRecord<byte[], byte[]>> deadLetters(Scene scene) {
    String topic = scene.settings().deadLetter();
    return scene.topics().contains(topic) ? scene.committed(topic) : List.of();
  }

  private static byte[] reason(ConsumerRecord<byte[], byte[]> letter) {
    return letter.headers().lastHeader("losswatch-reason").value();
  }

  private static StreamSettings with(StreamSettings settings, RegistrySchemas schemas) {
    StreamSettings.Policy policy = settings.policy();
    return new StreamSettings(
        settings.identity(),
        settings.kafka(),
        settings.topics(),
        settings.monitors(),
        new StreamSettings.Policy(
            policy.time(),
            policy.limits(),
            policy.commitInterval(),
            new StreamSettings.Formats(policy.output(), WriterSchemas.builtIn().with(schemas)),
            policy.lateLabels()));
  }
}
