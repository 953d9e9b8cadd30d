package io.losswatch.deploy.audit;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.window.Series;
import io.losswatch.schemas.codec.LogitBatchReader;
import io.losswatch.schemas.codec.WriterSchemas;
import io.losswatch.schemas.registry.SchemaAwaitedException;
import io.losswatch.schemas.registry.SchemaId;
import io.losswatch.stream.StreamSettings;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.decode.Decoding;
import io.losswatch.stream.evaluate.Evaluated;
import io.losswatch.stream.evaluate.EvaluatedPortion;
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
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Decodes and evaluates input records by the service's own stages. Immutable. */
final class Recounting {
  private final Decoding<Batch> decoding;
  private final Evaluating evaluating;

  Recounting(StreamSettings settings, List<MonitorPlan> plans) {
    this.decoding =
        new Decoding<>(
            () -> reader(settings.policy().formats().writers()),
            settings.policy().limits().maxRecordBytes());
    this.evaluating = new Evaluating(plans);
  }

  /** An audit may wait for the registry: nobody else does meanwhile. */
  private static Decoding.RecordReader<Batch> reader(WriterSchemas writers) {
    LogitBatchReader reader = new LogitBatchReader(writers);
    return (array, offset, length, schemaId) -> {
      try {
        return reader.read(array, offset, length, schemaId);
      } catch (SchemaAwaitedException e) {
        Objects.requireNonNull(writers.registry()).fetch(e.id());
        return reader.read(array, offset, length, schemaId);
      }
    };
  }

  /** What these records of one partition say, in their order. */
  List<Recounted> recount(List<ConsumerRecord<byte[], byte[]>> records) {
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
    EvaluatedPortion evaluated =
        Flux.just(portion).transform(decoding).transform(evaluating).blockLast();
    return Objects.requireNonNull(evaluated).records().stream().map(Recounting::recounted).toList();
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

  private static Recounted recounted(Evaluated record) {
    BatchHeader header = record.header();
    long offset = record.source().offset();
    RefusedException refusal = record.refusal();
    Reason reason = refusal == null ? null : refusal.reason();
    if (header == null) {
      return new Recounted(offset, false, 0, List.of(), reason);
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
    return new Recounted(offset, true, eventTime, shares, reason);
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
