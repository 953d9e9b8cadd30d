package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.loss.Losses;
import io.losswatch.core.window.Window;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.broker.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;

/**
 * A second instance joins under load and takes half of the partitions, with Kafka's own heartbeat
 * intervals. How long the output pauses is printed: the longest time between two records of any
 * series, each of which is published ten times a second otherwise.
 */
@Tag("fault")
class SecondInstanceIT {
  private static final int PARTITIONS = 6;
  private static final int SERIES = 24;
  private static final String ROLLING = "rolling:1s/100ms";
  private static final long BATCH_EVERY_NANOS = 5_000_000;
  private static final Duration BEFORE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Far above the goal of 5 s, so that a busy machine does not fail. */
  private static final Duration BOUND = Duration.ofSeconds(30);

  private static final RecordCodec<LogitBatch> BATCHES = RecordCodec.of(LogitBatch.class);
  private static final RecordCodec<RollingLoss> LOSSES = RecordCodec.of(RollingLoss.class);

  private final Map<String, Long> sent = new HashMap<>();
  private final Map<String, Long> counted = new HashMap<>();
  private final Map<String, Long> lastNanos = new HashMap<>();
  private final Set<String> published = new HashSet<>();
  private KafkaBroker broker;
  private Admin admin;
  private KafkaProducer<byte[], byte[]> producer;
  private KafkaConsumer<byte[], byte[]> consumer;
  private long nextBatchNanos;
  private long batches;
  private long longestNanos;
  private boolean closing;

  @BeforeEach
  void start() throws Exception {
    broker = KafkaBroker.start();
    Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
    admin = Admin.create(client);
    producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
    Map<String, Object> reader = new HashMap<>(client);
    reader.put("isolation.level", "read_committed");
    consumer =
        new KafkaConsumer<>(reader, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @AfterEach
  void stop() throws Exception {
    producer.close(Duration.ZERO);
    consumer.close();
    admin.close();
    broker.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void secondInstance_joinsUnderLoad_takesHalfAfterAShortPause(String protocol) throws Exception {
    createTopics(settings(protocol, "a"));
    slowHeartbeats();
    Disposable a = LossStream.of(settings(protocol, "a")).run().subscribe();
    turnUntil("every series is published", () -> lastNanos.size() == SERIES);
    long before = longest(BEFORE);
    longestNanos = 0;
    Disposable b = LossStream.of(settings(protocol, "b")).run().subscribe();
    turnUntil("both have half", this::isHalved);
    long halved = System.nanoTime();
    turnUntil(
        "every series goes on",
        () -> lastNanos.values().stream().allMatch(last -> last - halved > 0));
    long pause = Math.max(longestNanos, longest(BEFORE));
    System.out.printf(
        "%s protocol: output paused for %d ms while a second instance joined (%d ms at most in %d"
            + " s before)%n",
        protocol, pause / 1_000_000, before / 1_000_000, BEFORE.toSeconds());
    closing = true;
    turnUntil("every sample is counted", () -> counted.equals(sent));
    a.dispose();
    b.dispose();
    assertThat(Duration.ofNanos(pause)).isLessThan(BOUND);
  }

  private void createTopics(StreamSettings settings) throws Exception {
    admin.createTopics(List.of(new NewTopic("predictions", PARTITIONS, (short) 1))).all().get();
    LossStream.createTopics(settings);
    List<TopicPartition> outputs = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      outputs.add(new TopicPartition("rolling-loss", partition));
    }
    consumer.assign(outputs);
    consumer.seekToBeginning(outputs);
    nextBatchNanos = System.nanoTime();
  }

  /** As Kafka has it, where the broker of the tests is made faster. */
  private void slowHeartbeats() throws Exception {
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
    for (String group : groups()) {
      changes.put(
          new ConfigResource(ConfigResource.Type.GROUP, group),
          List.of(
              new AlterConfigOp(
                  new ConfigEntry("consumer.heartbeat.interval.ms", "5000"),
                  AlterConfigOp.OpType.SET),
              new AlterConfigOp(
                  new ConfigEntry("consumer.session.timeout.ms", "45000"),
                  AlterConfigOp.OpType.SET)));
    }
    admin.incrementalAlterConfigs(changes).all().get();
  }

  private static List<String> groups() {
    return List.of("pause-evaluate", "pause-roll");
  }

  private StreamSettings settings(String protocol, String instance) {
    KafkaSettings kafka =
        new KafkaSettings(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            Map.of("group.protocol", protocol),
            Map.of(),
            Map.of());
    Monitor monitor =
        new Monitor(
            "errors",
            "m*",
            Losses.of("mse", Map.of()),
            List.of(Window.parse(ROLLING), Window.parse("tumbling:1s")),
            List.of());
    TimeSettings time =
        new TimeSettings(
            Duration.ZERO,
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            new TimeSettings.Lateness(Duration.ZERO, Duration.ZERO));
    return new StreamSettings(
        new StreamSettings.Identity("pause", instance),
        kafka,
        new Topics(
            List.of("predictions"),
            "partials",
            "rolling-loss",
            "dead-letter",
            new Topics.Creation(true, PARTITIONS, (short) 1)),
        List.of(monitor),
        new StreamSettings.Policy(
            time, Limits.defaults(), Duration.ofMillis(100), StreamSettings.OutputFormat.AVRO));
  }

  private void turnUntil(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waiting until %s", what).isLessThan(deadline);
      turn();
    }
  }

  /** The longest pause from now on. */
  private long longest(Duration duration) {
    longestNanos = 0;
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      turn();
    }
    return longestNanos;
  }

  /** Sends what is due, and takes what was published. */
  private void turn() {
    while (nextBatchNanos < System.nanoTime()) {
      nextBatchNanos += BATCH_EVERY_NANOS;
      send();
    }
    consumer.poll(Duration.ofMillis(5)).forEach(this::take);
  }

  /** In turn to each partition; the time of all series goes on with each of them. */
  private void send() {
    int partition = (int) (batches % PARTITIONS);
    LogitBatch batch = Traffic.closing(partition, Instant.now()).batch();
    if (!closing) {
      String model = "m" + batches / PARTITIONS % SERIES;
      batch.setModel(model);
      sent.merge("errors/" + model + "/1/", 1L, Long::sum);
    }
    batches++;
    producer.send(new ProducerRecord<>("predictions", partition, null, BATCHES.encode(batch)));
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    RollingLoss loss = LOSSES.decode(record.value(), 0, record.value().length);
    String series = new String(record.key(), StandardCharsets.UTF_8);
    assertThat(published.add(series + loss.getWindow() + loss.getWindowEnd()))
        .as("published once: %s", loss)
        .isTrue();
    assertThat(loss.getLateCount()).isZero();
    if (loss.getWindow().equals(ROLLING)) {
      long now = System.nanoTime();
      Long last = lastNanos.put(series, now);
      longestNanos = last == null ? longestNanos : Math.max(longestNanos, now - last);
    } else {
      counted.merge(series, loss.getCount(), Long::sum);
    }
  }

  private boolean isHalved() {
    try {
      return admin.describeConsumerGroups(groups()).all().get().values().stream()
          .allMatch(group ->
              group.members().size() == 2
                  && group.members().stream().allMatch(SecondInstanceIT::ownsHalf));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean ownsHalf(MemberDescription member) {
    return member.assignment().topicPartitions().size() == PARTITIONS / 2;
  }
}
