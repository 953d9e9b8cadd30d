package io.losswatch.stream.publish;

import static io.losswatch.stream.publish.PublishedRecords.bytes;
import static io.losswatch.stream.publish.PublishedRecords.letter;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.loss.Losses;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.Series;
import io.losswatch.core.window.Window;
import io.losswatch.core.window.WindowResult;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.JsonRecords;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.Monitor;
import io.losswatch.stream.StreamSettings.OutputFormat;
import io.losswatch.stream.TimeSettings;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.OwnedLanes;
import io.losswatch.stream.evaluate.MonitorPlan;
import io.losswatch.stream.fold.DeadLetter;
import io.losswatch.stream.fold.RolledPortion;
import io.losswatch.stream.fold.RolledWindow;
import io.losswatch.stream.fold.StateChange;
import io.losswatch.stream.fold.Tally;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class LossPublishingTest {
  private static final RecordCodec<RollingLoss> CODEC = RecordCodec.of(RollingLoss.class);
  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_123_456L);
  private static final long WATERMARK = 1_700_000_100_000L;

  private final Lane lane = new OwnedLanes().grant("partials", 2);
  private final Tally tally = new Tally();
  private final MonitorPlan plan =
      MonitorPlan.of(
              List.of(
                  new Monitor(
                      "quality",
                      "*",
                      Losses.of("cross_entropy", Map.of()),
                      List.of(Window.parse("rolling:5m/10s")),
                      List.of())),
              TimeSettings.defaults())
          .get(0);

  @Test
  void unit_saysWhoseItIsAndHowFarItGoes() {
    TransactionUnit unit = publishing(OutputFormat.AVRO).unit(rolled(List.of(), List.of()));

    assertThat(unit.lane()).isSameAs(lane);
    assertThat(unit.nextOffset()).isEqualTo(31);
    assertThat(unit.tally()).isSameAs(tally);
    assertThat(unit.last()).isTrue();
    assertThat(unit.isEmpty()).isTrue();
  }

  @Test
  void window_isKeyedByItsSeries() {
    TransactionUnit unit =
        publishing(OutputFormat.AVRO)
            .unit(rolled(List.of(window("a", summary()), window("b", summary())), List.of()));

    assertThat(unit.records())
        .extracting(record -> PublishedRecords.text(record.key()))
        .containsExactly(series("a").key(), series("b").key());
    assertThat(unit.records()).allMatch(record -> record.topic().equals("losses"));
    assertThat(unit.records()).as("Kafka's partitioner").allMatch(r -> r.partition() == null);
  }

  @Test
  void window_inAvro_saysWhatItIsOf() {
    RollingLoss loss = published(window("digits", summary()));

    assertThat(loss.getMonitor()).isEqualTo("quality");
    assertThat(loss.getModel()).isEqualTo("digits");
    assertThat(loss.getVersion()).isEqualTo("7/b");
    assertThat(loss.getSlice()).isEqualTo(Map.of("region", "a=b"));
    assertThat(loss.getLoss()).isEqualTo("cross_entropy");
    assertThat(loss.getWindow()).isEqualTo("rolling:5m/10s");
    assertThat(loss.getWindowStart()).isEqualTo(Instant.ofEpochMilli(10_000));
    assertThat(loss.getWindowEnd()).isEqualTo(Instant.ofEpochMilli(310_000));
    assertThat(loss.getRevision()).isEqualTo(3);
    assertThat(loss.getIsFinal()).isTrue();
    assertThat(loss.getWatermark()).isEqualTo(Instant.ofEpochMilli(WATERMARK));
    assertThat(loss.getEmittedAt()).isEqualTo(NOW);
  }

  @Test
  void window_inAvro_hasTheNumbersOfItsSummary() {
    LossSummary summary = summary();
    RollingLoss loss = published(window("digits", summary));

    assertThat(loss.getMean()).isEqualTo(summary.mean()).isEqualTo(1.75);
    assertThat(loss.getSum()).isEqualTo(summary.sum()).isEqualTo(7);
    assertThat(loss.getWeight()).isEqualTo(summary.weight()).isEqualTo(4);
    assertThat(loss.getCount()).isEqualTo(summary.count()).isEqualTo(2);
    assertThat(loss.getIgnored()).isEqualTo(5);
    assertThat(loss.getLateCount()).isEqualTo(6);
    assertThat(loss.getUnlabeledCount()).isEqualTo(7);
    assertThat(loss.getNanCount()).isEqualTo(1);
    assertThat(loss.getInfCount()).isEqualTo(1);
    assertThat(loss.getMin()).isEqualTo(summary.min());
    assertThat(loss.getMax()).isEqualTo(summary.max());
    assertThat(loss.getStddev()).isEqualTo(summary.stddev()).isPositive();
    assertThat(loss.getStderr()).isEqualTo(summary.stderr()).isPositive();
    assertThat(loss.getLogLikelihood()).isNull();
    assertThat(loss.getMetrics()).isEmpty();
  }

  @Test
  void window_ofALikelihood_hasItsLogarithm() {
    LossSummary.State state = summary().state();
    LossSummary likelihood =
        LossSummary.of(
            new LossSummary.State(
                state.mean(),
                state.moments(),
                state.counts(),
                new LossSummary.CompensatedSum(2.5, 0),
                List.of()));

    assertThat(published(window("digits", likelihood)).getLogLikelihood()).isEqualTo(-2.5);
  }

  @Test
  void window_ofLabelsThatCameLater_tellsHowLongTheyTook() {
    LossSummary summary = summary();
    summary.addLabelLatency(3, 1000);
    summary.addLabelLatency(1, 4000);
    RollingLoss loss = published(window("digits", summary));

    assertThat(loss.getLabelLatencyMean()).isEqualTo(1.75);
    assertThat(loss.getLabelLatencyMax()).isEqualTo(4.0);
    assertThat(published(window("digits", summary())).getLabelLatencyMean()).isNull();
    assertThat(published(window("digits", summary())).getLabelLatencyMax()).isNull();
  }

  @Test
  void window_ofASeriesThatFellSilent_hasNoMean() {
    RollingLoss loss = published(window("digits", new LossSummary()));

    assertThat(loss.getMean()).isNaN();
    assertThat(loss.getCount()).isZero();
  }

  @Test
  void window_inJson_isTheSameRecord() {
    RolledWindow window = window("digits", summary());
    byte[] json =
        publishing(OutputFormat.JSON)
            .unit(rolled(List.of(window), List.of()))
            .records()
            .get(0)
            .value();

    assertThat(json).isEqualTo(JsonRecords.write(published(window)));
    assertThat(PublishedRecords.text(json)).startsWith("{").contains("\"mean\":1.75");
  }

  @Test
  void changes_comeLastInTheLanesPartitionOfTheStateTopic() {
    RolledPortion rolled =
        new RolledPortion(
            lane,
            new RolledPortion.Cut(31, false),
            List.of(window("a", summary())),
            List.of(new StateChange("kept", bytes("1")), new StateChange("gone", null)),
            new RolledPortion.Account(List.of(letter("partials", 30, 5)), tally));
    TransactionUnit unit = publishing(OutputFormat.AVRO).unit(rolled);

    assertThat(unit.records())
        .extracting(ProducerRecord::topic)
        .containsExactly("losses", "dead", "app-partials-state", "app-partials-state");
    List<ProducerRecord<byte[], byte[]>> changes = PublishedRecords.to("app-partials-state", unit);
    assertThat(changes).extracting(ProducerRecord::partition).containsExactly(2, 2);
    assertThat(changes)
        .extracting(change -> PublishedRecords.text(change.key()))
        .containsExactly("kept", "gone");
    assertThat(changes)
        .extracting(change -> PublishedRecords.text(change.value()))
        .containsExactly("1", "null");
    assertThat(unit.last()).isFalse();
  }

  @Test
  void deadLetter_saysWhyAndWhence() {
    TransactionUnit unit =
        publishing(OutputFormat.AVRO).unit(rolled(List.of(), List.of(letter("partials", 30, 5))));
    ProducerRecord<byte[], byte[]> record = PublishedRecords.to("dead", unit).get(0);

    assertThat(record.value()).hasSize(5);
    assertThat(record.key()).isEqualTo(bytes("their-key"));
    assertThat(PublishedRecords.headers(record))
        .contains("trace=1", "losswatch-reason=bad-shape", "losswatch-source=partials-3@30");
  }

  private LossPublishing publishing(OutputFormat format) {
    return new LossPublishing(
        PublishedRecords.SETTINGS,
        new LossPublishing.OutputTopic("losses", format),
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private RollingLoss published(RolledWindow window) {
    ProducerRecord<byte[], byte[]> record =
        publishing(OutputFormat.AVRO).unit(rolled(List.of(window), List.of())).records().get(0);
    return CODEC.decode(record.value(), 0, record.value().length);
  }

  private RolledPortion rolled(List<RolledWindow> windows, List<DeadLetter> letters) {
    return new RolledPortion(
        lane,
        new RolledPortion.Cut(31, true),
        windows,
        List.of(),
        new RolledPortion.Account(letters, tally));
  }

  private RolledWindow window(String model, LossSummary summary) {
    WindowResult result =
        new WindowResult(
            Window.parse("rolling:5m/10s"),
            new WindowResult.Bounds(10_000, 310_000),
            summary,
            3,
            true);
    return new RolledWindow(series(model).key(), plan, result, WATERMARK);
  }

  private static Series series(String model) {
    return new Series("quality", model, "7/b", new TreeMap<>(Map.of("region", "a=b")));
  }

  private static LossSummary summary() {
    LossSummary summary = new LossSummary();
    summary.add(1, 1);
    summary.add(6, 3);
    summary.add(Double.NaN, 1);
    summary.add(Double.POSITIVE_INFINITY, 1);
    summary.addIgnored(5);
    summary.addLate(6);
    summary.addUnlabeled(7);
    return summary;
  }
}
