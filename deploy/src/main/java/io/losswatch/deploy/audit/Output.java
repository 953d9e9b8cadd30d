package io.losswatch.deploy.audit;

import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.Series;
import io.losswatch.core.window.Window;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.schemas.registry.RegistrySchemas;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * All that was published, by series: about 400 bytes a record, and the audit's largest part in
 * memory. Mutable; one thread.
 */
final class Output {
  private static final Published NOTHING = new Published();

  private final RecordCodec<RollingLoss> codec = RecordCodec.of(RollingLoss.class);
  private final Map<String, Window> windows = new HashMap<>();
  private final Map<String, Published> series = new HashMap<>();
  private final Map<String, Long> firstWatermarks = new HashMap<>();
  private final @Nullable RegistrySchemas registry;
  private long trimmedUntil = Long.MIN_VALUE;

  /**
   * Nothing yet.
   *
   * @param registry of records in Confluent's framing; null: there are none
   */
  Output(@Nullable RegistrySchemas registry) {
    this.registry = registry;
  }

  /**
   * Adds a record of the topic.
   *
   * @param isTrimmed true if retention has deleted records before this one, the partition's first
   * @throws RefusedException if it is no rolling loss
   */
  void add(ConsumerRecord<byte[], byte[]> record, boolean isTrimmed) {
    String position = record.topic() + "-" + record.partition() + "@" + record.offset();
    byte[] value = record.value();
    boolean isJson = value != null && value.length > 0 && value[0] == '{';
    RollingLoss loss = isJson ? LossJson.read(value) : codec.decode(value, registry);
    Publication publication = publication(loss, position);
    long watermark = publication.told().watermarkMillis();
    series.computeIfAbsent(key(loss), none -> new Published()).add(publication);
    firstWatermarks.merge(kind(loss.getMonitor(), loss.getWindow()), watermark, Math::min);
    if (isTrimmed) {
      trimmedUntil = Math.max(trimmedUntil, watermark);
    }
  }

  private static @Nullable Window parse(String text) {
    try {
      return Window.parse(text);
    } catch (IllegalArgumentException e) {
      return null; // of a newer version
    }
  }

  private static String kind(String monitor, String window) {
    return monitor + "\n" + window;
  }

  Map<String, Published> series() {
    return series;
  }

  Published of(String key) {
    return series.getOrDefault(key, NOTHING);
  }

  /** All records have been added. */
  void close() {
    series.values().forEach(Published::close);
  }

  /** Judges the revisions of every series. */
  void judgeRevisions(Findings findings) {
    series.forEach(
        (key, published) -> published.judgeRevisions(findings.series(key), trimmedUntil));
  }

  /** Why a window that was due at a watermark may not be there; empty: it must. */
  Optional<String> excuse(String monitor, String window, long watermarkMillis) {
    if (watermarkMillis < firstWatermarks.getOrDefault(kind(monitor, window), Long.MAX_VALUE)) {
      return Optional.of("the monitor had no such window before, it may be new");
    }
    return watermarkMillis <= trimmedUntil
        ? Optional.of("retention may have deleted it")
        : Optional.empty();
  }

  private static String key(RollingLoss loss) {
    return new Series(
            loss.getMonitor(), loss.getModel(), loss.getVersion(), new TreeMap<>(loss.getSlice()))
        .key();
  }

  private Publication publication(RollingLoss loss, String position) {
    return new Publication(
        new Publication.Slot(
            loss.getWindow(),
            windows.computeIfAbsent(loss.getWindow(), Output::parse),
            loss.getWindowStart().toEpochMilli(),
            loss.getWindowEnd().toEpochMilli()),
        numbers(loss),
        loss.getRevision(),
        loss.getIsFinal(),
        new Publication.Told(loss.getWatermark().toEpochMilli(), position));
  }

  private static Publication.Numbers numbers(RollingLoss loss) {
    return new Publication.Numbers(
        new Publication.Sums(loss.getMean(), loss.getSum(), loss.getWeight()),
        new LossSummary.Counts(
            loss.getCount(),
            loss.getIgnored(),
            loss.getNanCount(),
            loss.getInfCount(),
            loss.getLateCount(),
            loss.getUnlabeledCount()),
        loss.getMin(),
        loss.getMax());
  }
}
