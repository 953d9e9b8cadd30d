package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.schemas.registry.RegistrySchemas;
import io.losswatch.stream.broker.KafkaBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The topics and groups of one test on a broker that others use too, and the oracle of what was
 * sent. Owned by the test's thread.
 */
final class Scene implements AutoCloseable {
  /** Far above any recovery: a hang becomes a failure with a name. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final RecordCodec<RollingLoss> LOSSES = RecordCodec.of(RollingLoss.class);

  private final SceneSettings settings;
  private final Admin admin;
  private final Oracle oracle;
  private @Nullable RegistrySchemas registry;

  Scene(KafkaBroker broker, String name) {
    settings = new SceneSettings(broker.bootstrapServers(), name);
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    oracle = new Oracle(settings.of("oracle").monitors());
  }

  /** Makes the input. */
  static Scene open(KafkaBroker broker, String name, Map<String, String> configuration) {
    Scene scene = new Scene(broker, name);
    scene.createInput(configuration);
    return scene;
  }

  static Scene open(KafkaBroker broker, String name) {
    return open(broker, name, Map.of());
  }

  void createInput(Map<String, String> configuration) {
    NewTopic input = new NewTopic(settings.input(), Traffic.PARTITIONS, (short) 1);
    get(admin.createTopics(List.of(input.configs(configuration))).all());
    // brokers hear of it a moment later than the controller
    await("the input is known", () -> topics().contains(settings.input()));
    // and lead its partitions a moment later still: a producer that is too early may wait for ever
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int partition = 0; partition < Traffic.PARTITIONS; partition++) {
      latest.put(new TopicPartition(settings.input(), partition), OffsetSpec.latest());
    }
    get(admin.listOffsets(latest).all());
  }

  /** The output is in the framing of a registry. */
  void decodeWith(RegistrySchemas schemas) {
    registry = schemas;
  }

  Set<String> topics() {
    return get(admin.listTopics().names());
  }

  SceneSettings settings() {
    return settings;
  }

  Admin admin() {
    return admin;
  }

  Oracle oracle() {
    return oracle;
  }

  /** Seeded traffic of so many samples in the five minutes that ended a minute ago. */
  List<Traffic.Sent> traffic(int samples) {
    Instant end = Instant.now().minusSeconds(60);
    return new Traffic(20261123).batches(samples, end.minusSeconds(300), end);
  }

  /** Sends batches, which the oracle counts. */
  void produce(List<Traffic.Sent> sent) {
    sent.forEach(each -> oracle.add(each.value()));
    send(sent.stream().map(each -> record(each.partition(), each.value())).toList());
  }

  ProducerRecord<byte[], byte[]> record(int partition, byte[] value) {
    return new ProducerRecord<>(settings.input(), partition, null, value);
  }

  /** Sends records; returns where they are, when they are there. */
  List<RecordMetadata> send(List<ProducerRecord<byte[], byte[]>> records) {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers",
            settings.bootstrapServers(),
            "acks",
            "all",
            "max.request.size",
            16 << 20);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      records.forEach(record -> sent.add(producer.send(record)));
      return sent.stream().map(Scene::get).toList();
    }
  }

  /** An event time a partition that lets its watermark pass the last window's lateness. */
  void finish(int... partitions) {
    finish(Instant.now(), partitions);
  }

  /** The same with a time of the caller's, in every partition. */
  void finish(Instant time) {
    finish(time, IntStream.range(0, Traffic.PARTITIONS).toArray());
  }

  private void finish(Instant time, int... partitions) {
    send(
        IntStream.of(partitions)
            .mapToObj(each -> record(each, Traffic.closing(each, time).value()))
            .toList());
  }

  void finish() {
    finish(IntStream.range(0, Traffic.PARTITIONS).toArray());
  }

  /** Waits until all that was sent is counted and all windows are final. */
  void awaitEnd() {
    await("all is counted", () -> isCounted(settings.evaluateGroup(), settings.input()));
    await("all windows are final", this::isFinal);
  }

  /** Waits until all that was sent has gone through both hops. */
  void awaitRolled() {
    await("all is counted", () -> isCounted(settings.evaluateGroup(), settings.input()));
    await("all is rolled", () -> isCounted(settings.rollGroup(), settings.partials()));
  }

  boolean isCounted(String group, String topic) {
    return committedOffsets(group, topic).equals(endOffsets(topic));
  }

  boolean isFinal() {
    Set<Oracle.WindowKey> finals = new HashSet<>();
    for (RollingLoss loss : losses()) {
      if (loss.getIsFinal()) {
        finals.add(SceneCheck.key(loss));
      }
    }
    return finals.containsAll(oracle.windows().keySet());
  }

  List<RollingLoss> losses() {
    return committed(settings.output()).stream()
        .map(record -> LOSSES.decode(record.value(), registry))
        .toList();
  }

  /** Offsets of a group by partition; 0 where there is none. */
  Map<Integer, Long> committedOffsets(String group, String topic) {
    Map<Integer, Long> offsets = new TreeMap<>();
    endOffsets(topic).keySet().forEach(partition -> offsets.put(partition, 0L));
    get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach((partition, offset) -> {
          if (partition.topic().equals(topic) && offset != null) {
            offsets.put(partition.partition(), offset.offset());
          }
        });
    return offsets;
  }

  Map<Integer, Long> endOffsets(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      Map<Integer, Long> ends = new TreeMap<>();
      consumer
          .endOffsets(partitions(consumer, topic))
          .forEach((partition, end) -> ends.put(partition.partition(), end));
      return ends;
    }
  }

  /** A group that no member is in, nor on its way into. */
  boolean isEmpty(String group) {
    return get(admin.describeConsumerGroups(List.of(group)).all()).get(group).groupState()
        == GroupState.EMPTY;
  }

  /** Instances of the first hop that own partitions, and which. */
  Map<String, Set<Integer>> owners() {
    Map<String, Set<Integer>> owners = new HashMap<>();
    if (get(admin.listGroups().all()).stream()
        .noneMatch(group -> group.groupId().equals(settings.evaluateGroup()))) {
      return owners;
    }
    get(admin.describeConsumerGroups(List.of(settings.evaluateGroup())).all())
        .values()
        .forEach(group ->
            group
                .members()
                .forEach(member ->
                    member
                        .assignment()
                        .topicPartitions()
                        .forEach(partition ->
                            owners
                                .computeIfAbsent(member.clientId(), none -> new HashSet<>())
                                .add(partition.partition()))));
    return owners;
  }

  /** All committed records of a topic. */
  List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions = partitions(consumer, topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }

  private static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers", settings.bootstrapServers(), "isolation.level", "read_committed"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waiting until " + what).isLessThan(deadline);
      LockSupport.parkNanos(50_000_000);
    }
  }

  /** Prints how long something has taken since. */
  static void tell(String what, long sinceNanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNanos);
    System.out.printf("faults: %s: %.1f s%n", what, millis / 1000.0);
  }

  static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
