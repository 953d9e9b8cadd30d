package io.losswatch.deploy.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PartialEntry;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The topics that the service wrote, to be spoilt in one place, and what the audit says then. */
final class Planting {
  static final long SEED = 20261123;
  static final RecordCodec<RollingLoss> LOSSES = RecordCodec.of(RollingLoss.class);

  final StreamedTopics topics = StreamedTopics.of(SEED);

  static List<Subject> all(Findings findings) {
    return Stream.concat(findings.sources().stream(), findings.series().stream()).toList();
  }

  /** The reasons of a verdict, each after the name of its subject. */
  static List<String> reasons(Findings findings, Verdict verdict) {
    return all(findings).stream()
        .filter(each -> each.verdict() == verdict)
        .map(each -> each.name() + ": " + each.reason())
        .toList();
  }

  static void assertRefuted(Findings findings, String... parts) {
    assertThat(findings.verdict()).isEqualTo(Verdict.REFUTED);
    assertThat(reasons(findings, Verdict.REFUTED))
        .as("reasons, of which one says all of it")
        .anySatisfy(reason -> assertThat(reason).contains(parts));
  }

  static boolean isOnTime(PartialEntry entry) {
    return entry.getSums().getCount() > 0;
  }

  static boolean isOfSameRange(PartialBatch a, PartialBatch b) {
    return a.getSourcePartition() == b.getSourcePartition()
        && a.getFromOffset() == b.getFromOffset()
        && a.getToOffset() == b.getToOffset();
  }

  static boolean isOfSameWindow(RollingLoss a, RollingLoss b) {
    return a.getModel().equals(b.getModel())
        && a.getSlice().equals(b.getSlice())
        && a.getWindow().equals(b.getWindow())
        && a.getWindowEnd().equals(b.getWindowEnd());
  }

  /** One of the partials that fit, from this place of the log on. */
  ConsumerRecord<byte[], byte[]> partial(Predicate<PartialBatch> fits, int from) {
    return topics.partials.stream()
        .skip(from)
        .filter(each -> fits.test(StreamedTopics.batch(each)))
        .findFirst()
        .orElseThrow();
  }

  void change(Predicate<PartialBatch> of, int from, Consumer<PartialBatch> change) {
    ConsumerRecord<byte[], byte[]> record = partial(of, from);
    PartialBatch batch = StreamedTopics.batch(record);
    change.accept(batch);
    topics.partials.set(
        topics.partials.indexOf(record),
        StreamedTopics.with(record, StreamedTopics.BATCHES.encode(batch)));
  }

  /** Changes an entry that has samples; returns its series. */
  String changeEntry(Consumer<PartialEntry> change) {
    List<String> series = new ArrayList<>();
    change(
        batch -> batch.getEntries().size() > 1 && isOnTime(batch.getEntries().get(0)),
        40,
        batch -> {
          series.add(batch.getEntries().get(0).getSeries());
          change.accept(batch.getEntries().get(0));
        });
    return series.get(0);
  }

  ConsumerRecord<byte[], byte[]> output(Predicate<RollingLoss> fits, int skip) {
    return topics.output.stream()
        .filter(each -> fits.test(LOSSES.decode(each.value(), 0, each.value().length)))
        .skip(skip)
        .findFirst()
        .orElseThrow();
  }

  RollingLoss published(Predicate<RollingLoss> fits, int skip) {
    byte[] value = output(fits, skip).value();
    return LOSSES.decode(value, 0, value.length);
  }

  void changeOutput(Predicate<RollingLoss> of, Consumer<RollingLoss> change) {
    ConsumerRecord<byte[], byte[]> record = output(of, 5);
    RollingLoss loss = LOSSES.decode(record.value(), 0, record.value().length);
    change.accept(loss);
    topics.output.set(
        topics.output.indexOf(record), StreamedTopics.with(record, LOSSES.encode(loss)));
  }

  ConsumerRecord<byte[], byte[]> letter(String reason) {
    return topics.letters.stream()
        .filter(each -> header(each, "losswatch-reason").equals(reason))
        .findFirst()
        .orElseThrow();
  }

  static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
