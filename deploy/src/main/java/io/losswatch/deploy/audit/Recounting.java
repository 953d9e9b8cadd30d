package io.losswatch.deploy.audit;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.LateLabels;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.window.Series;
import io.losswatch.schemas.codec.LabelBatchReader;
import io.losswatch.schemas.codec.LogitBatchReader;
import io.losswatch.schemas.codec.WriterSchemas;
import io.losswatch.schemas.registry.SchemaAwaitedException;
import io.losswatch.schemas.registry.SchemaId;
import io.losswatch.stream.StreamSettings;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.decode.Decoded;
import io.losswatch.stream.decode.Decoding;
import io.losswatch.stream.evaluate.Evaluated;
import io.losswatch.stream.evaluate.Evaluating;
import io.losswatch.stream.evaluate.MonitorPlan;
import io.losswatch.stream.fold.DeltaKey;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Decodes and evaluates input records by the service's own stages. Immutable. */
final class Recounting {
  private static final SourcePartition LABELS = new SourcePartition("labels", 0);

  private final Decoding<Batch> decoding;
  private final Decoding<LateLabels> labelDecoding;
  private final Function<Decoded<Batch>, Evaluated> evaluator;

  Recounting(StreamSettings settings, List<MonitorPlan> plans) {
    this.decoding =
        new Decoding<>(
            () -> reader(settings.policy().formats().writers()),
            settings.policy().limits().maxRecordBytes());
    this.labelDecoding =
        new Decoding<>(
            () -> labelReader(settings.policy().formats().writers()),
            settings.policy().limits().maxRecordBytes());
    this.evaluator = new Evaluating(plans).evaluator();
  }

  private static Decoding.RecordReader<Batch> reader(WriterSchemas writers) {
    return waiting(new LogitBatchReader(writers)::read, writers);
  }

  private static Decoding.RecordReader<LateLabels> labelReader(WriterSchemas writers) {
    return waiting(new LabelBatchReader(writers)::read, writers);
  }

  /** An audit may wait for the registry: nobody else does meanwhile. */
  private static <T> Decoding.RecordReader<T> waiting(
      Decoding.RecordReader<T> reader, WriterSchemas writers) {
    return (array, offset, length, schemaId) -> {
      try {
        return reader.read(array, offset, length, schemaId);
      } catch (SchemaAwaitedException e) {
        Objects.requireNonNull(writers.registry()).fetch(e.id());
        return reader.read(array, offset, length, schemaId);
      }
    };
  }

  /** What these predictions of one partition say, in their order. */
  List<Recounted> recount(List<ConsumerRecord<byte[], byte[]>> records) {
    List<Recounted> recounted = new ArrayList<>(records.size());
    for (Decoded<Batch> record : decoded(records, decoding)) {
      recounted.add(recounted(evaluator.apply(record), record.value()));
    }
    return recounted;
  }

  /** What these labels of one partition say, in their order. */
  List<Recounted> recountLabels(List<ConsumerRecord<byte[], byte[]>> records) {
    List<Recounted> recounted = new ArrayList<>(records.size());
    for (Decoded<LateLabels> record : decoded(records, labelDecoding)) {
      LateLabels labels = record.value();
      RefusedException refusal = record.refusal();
      recounted.add(
          new Recounted(
              record.source().offset(),
              labels != null,
              labels == null ? 0 : labels.labelTimeMillis(),
              List.of(),
              refusal == null ? null : refusal.reason(),
              new Recounted.Content(null, labels)));
    }
    return recounted;
  }

  /**
   * What labelled rows add, as the service evaluates them.
   *
   * @return nothing if every monitor refuses them
   */
  List<Recounted.Share> shares(Batch labelled, long offset) {
    SourceRecord source =
        new SourceRecord(LABELS, offset, 0, null, new SourceRecord.Content(null, List.of()));
    return recounted(evaluator.apply(new Decoded<>(source, labelled, null)), labelled).shares();
  }

  private static <T> List<Decoded<T>> decoded(
      List<ConsumerRecord<byte[], byte[]>> records, Decoding<T> decoding) {
    if (records.isEmpty()) {
      return List.of();
    }
    List<SourceRecord> sources = records.stream().map(Recounting::source).toList();
    Portion portion =
        new Portion(
            sources,
            new Portion.OffsetRange(
                sources.get(0).offset(), sources.get(sources.size() - 1).offset() + 1),
            0,
            false,
            0);
    return Objects.requireNonNull(Flux.just(portion).transform(decoding).blockLast()).records();
  }

  private static SourceRecord source(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    SourceRecord.Payload payload =
        value == null ? null : new SourceRecord.Payload(value, 0, value.length);
    return new SourceRecord(
        new SourcePartition(record.topic(), record.partition()),
        record.offset(),
        record.timestamp(),
        null,
        new SourceRecord.Content(payload, schemaId(record)));
  }

  private static List<Map.Entry<String, byte @Nullable []>> schemaId(
      ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(SchemaId.HEADER);
    return header == null
        ? List.of()
        : List.of(new SimpleImmutableEntry<>(SchemaId.HEADER, header.value()));
  }

  private static Recounted recounted(Evaluated record, @Nullable Batch batch) {
    BatchHeader header = record.header();
    long offset = record.source().offset();
    RefusedException refusal = record.refusal();
    Reason reason = refusal == null ? null : refusal.reason();
    if (header == null) {
      return new Recounted(offset, false, 0, List.of(), reason, Recounted.Content.NONE);
    }
    long eventTime = header.eventTimeMillis().orElse(record.source().timestampMillis());
    List<Recounted.Share> shares = new ArrayList<>();
    for (Evaluated.Evaluation evaluation : record.evaluations()) {
      MonitorPlan plan = evaluation.plan();
      long pane = plan.windows().paneStartMillis(eventTime);
      for (String series : series(plan, header)) {
        shares.add(
            new Recounted.Share(
                new DeltaKey(series, plan.fingerprint(), pane),
                plan,
                evaluation.summary(),
                evaluation.samples()));
      }
    }
    return new Recounted(
        offset, true, eventTime, shares, reason, new Recounted.Content(batch, null));
  }

  /** The whole, and each slice whose tags the batch has. */
  private static Set<String> series(MonitorPlan plan, BatchHeader header) {
    String monitor = plan.monitor().name();
    Set<String> series = new LinkedHashSet<>();
    series.add(Series.of(monitor, header.model(), header.version()).key());
    for (List<String> slice : plan.monitor().slices()) {
      SortedMap<String, String> tags = new TreeMap<>(header.tags());
      tags.keySet().retainAll(slice);
      if (tags.keySet().containsAll(slice)) {
        series.add(new Series(monitor, header.model(), header.version(), tags).key());
      }
    }
    return series;
  }
}
