package io.losswatch.stream.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.window.SeriesWindows;
import io.losswatch.stream.broker.KafkaBroker;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.ConsumeSettings;
import io.losswatch.stream.consume.Consuming;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.Ownership;
import io.losswatch.stream.consume.StateTopic;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * How long a lane of hop 2 takes to get its windows back from a real broker. {@code
 * -Dlosswatch.state-records=1000000} is what the figures of stream/BENCHMARKS.md were measured
 * with.
 */
class StateRestoringIT {
  private static final int RECORDS = Integer.getInteger("losswatch.state-records", 100_000);
  private static final int SERIES = 500;
  private static final int PANES = 38;

  /** Far above what was measured, so that a busy machine does not fail. */
  private static final Duration BOUND = Duration.ofSeconds(120);

  private static final String STATE = "test-partials-state";
  private final MonitorPlan plan = ManySeries.plan(List.of("rolling:5m/10s"));

  /** The state of some series, as compaction leaves it. */
  private Map<String, byte[]> state() {
    Map<String, byte[]> state = new LinkedHashMap<>();
    ManySeries many =
        new ManySeries(
            plan,
            SERIES,
            cut -> {
              for (StateChange change : cut.changes()) {
                byte[] value = change.value();
                if (value == null) {
                  state.remove(change.key());
                } else {
                  state.put(change.key(), value);
                }
              }
            });
    for (int pane = 0; pane < PANES; pane++) {
      many.foldAndPublish();
    }
    return state;
  }

  /** Writes the state so often, each time of other series, that there are enough records. */
  private int write(KafkaBroker broker, Map<String, byte[]> state) {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers", broker.bootstrapServers(), "linger.ms", 20, "batch.size", 1 << 18);
    int copies = Math.max(1, (RECORDS + state.size() - 1) / state.size());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int copy = 0; copy < copies; copy++) {
        String device = "phone" + copy + "-";
        state.forEach((key, value) -> {
          byte[] renamed = key.replace("phone-", device).getBytes(StandardCharsets.UTF_8);
          producer.send(new ProducerRecord<>(STATE, 0, renamed, value));
        });
      }
    }
    return copies;
  }

  @Test
  void restore_ofManyRecords_bringsEverySeriesBackInTime() throws Exception {
    Scheduler blocking = Schedulers.newSingle("restoring");
    try (KafkaBroker broker = KafkaBroker.start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      NewTopic stateTopic = new NewTopic(STATE, 1, (short) 1);
      stateTopic.configs(Map.of("cleanup.policy", "compact"));
      admin.createTopics(List.of(stateTopic, new NewTopic("partials", 1, (short) 1))).all().get();
      Map<String, byte[]> state = state();
      int copies = write(broker, state);
      Consuming consuming = Consuming.open(settings(broker), new Ownership(), Clock.systemUTC());
      Lane lane = Folds.present(consuming.lanes().blockFirst());
      check(lane, consuming, blocking, copies, state.size());
      consuming.close().block();
    } finally {
      blocking.dispose();
    }
  }

  private static ConsumeSettings settings(KafkaBroker broker) {
    Map<String, Object> client =
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "client.id",
            "restoring",
            "max.partition.fetch.bytes",
            8 << 20);
    return new ConsumeSettings(
        new ConsumeSettings.Clients(client, client),
        "test-roll",
        List.of("partials"),
        new ConsumeSettings.Pace(
            CommitGrid.of(Duration.ofMillis(200)), Duration.ZERO, Duration.ofSeconds(10)),
        64 << 20);
  }

  private void check(Lane lane, Consuming consuming, Scheduler blocking, int copies, int records) {
    RollMemory memory = new RollMemory(List.of(plan));
    long begun = System.nanoTime();
    long from =
        Folds.present(
                consuming.restore(lane, new StateTopic(STATE, false), memory, blocking).block())
            .offset();
    long read = System.nanoTime();
    assertThat(from).isEqualTo(PANES);
    new WindowFolding(Integer.MAX_VALUE, CommitGrid.of(Duration.ofDays(1)))
        .fold(lane, memory, from, Flux.never())
        .subscribe()
        .dispose();
    long assembled = System.nanoTime();
    System.out.printf(
        "restored %d state records of %d series in %d ms (read in %d ms, put together in %d ms)%n",
        records * copies,
        memory.series().size(),
        (assembled - begun) / 1_000_000,
        (read - begun) / 1_000_000,
        (assembled - read) / 1_000_000);
    assertThat(memory.series().size()).isEqualTo(SERIES * copies);
    assertThat(memory.series().values().stream().map(SeriesWindows::nextDueMillis).distinct())
        .hasSize(1)
        .doesNotContain(Long.MAX_VALUE);
    assertThat(Duration.ofNanos(assembled - begun)).isLessThan(BOUND);
  }
}
