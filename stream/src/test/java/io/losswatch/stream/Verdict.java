package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.window.Series;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Whether committed records are what the oracle says. Each method asserts one law. */
final class Verdict {
  private static final RecordCodec<RollingLoss> LOSSES = RecordCodec.of(RollingLoss.class);
  private static final RecordCodec<PartialBatch> PARTIALS = RecordCodec.of(PartialBatch.class);

  private Verdict() {}

  /**
   * Each window has one final record, with the oracle's numbers, and each revision is there once.
   */
  static void windowsEqualTheOracle(
      Oracle oracle, Collection<ConsumerRecord<byte[], byte[]>> records) {
    Map<Oracle.WindowKey, RollingLoss> finals = new HashMap<>();
    Set<String> seen = new HashSet<>();
    for (RollingLoss loss : losses(records)) {
      assertThat(seen.add(key(loss) + "#" + loss.getRevision()))
          .as("published once: %s", loss)
          .isTrue();
      if (loss.getIsFinal()) {
        assertThat(finals.put(key(loss), loss)).as("final once: %s", loss).isNull();
      }
    }
    oracle.windows().forEach((key, expected) -> windowEquals(key, expected, finals.remove(key)));
    // what remains are the records that say that a series has fallen silent
    finals.values().forEach(loss -> assertThat(loss.getCount()).as("%s", loss).isZero());
  }

  private static void windowEquals(
      Oracle.WindowKey key, Oracle.Totals expected, RollingLoss actual) {
    assertThat(actual).as("final record of %s", key).isNotNull();
    assertThat(actual.getCount()).as("count of %s", key).isEqualTo(expected.count());
    assertThat(actual.getIgnored()).as("ignored of %s", key).isEqualTo(expected.ignored());
    assertThat(actual.getLateCount()).as("late of %s", key).isZero();
    if (expected.count() > 0) {
      double mean = expected.mean();
      assertThat(actual.getMean())
          .as("mean of %s", key)
          .isCloseTo(mean, within(1e-12 * Math.abs(mean)));
    }
  }

  /** Windows of the oracle that have no final record. */
  static Set<Oracle.WindowKey> missing(
      Oracle oracle, Collection<ConsumerRecord<byte[], byte[]>> records) {
    Set<Oracle.WindowKey> finals = new HashSet<>();
    for (RollingLoss loss : losses(records)) {
      if (loss.getIsFinal()) {
        finals.add(key(loss));
      }
    }
    Set<Oracle.WindowKey> missing = new HashSet<>(oracle.windows().keySet());
    missing.removeAll(finals);
    return missing;
  }

  /**
   * The ranges of the partials cover each partition of the input from its first offset to its end,
   * and none twice.
   *
   * @param ends offset after the last record, by partition
   */
  static void partialsTile(
      SortedMap<Integer, Long> ends, Collection<ConsumerRecord<byte[], byte[]>> records) {
    SortedMap<Integer, SortedSet<Range>> ranges = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      PartialBatch batch = PARTIALS.decode(record.value(), 0, record.value().length);
      if (batch.getToOffset() > batch.getFromOffset()) {
        // one range may be in several partitions of the partials
        ranges
            .computeIfAbsent(batch.getSourcePartition(), none -> new TreeSet<>(Range.ORDER))
            .add(new Range(batch.getFromOffset(), batch.getToOffset()));
      }
    }
    assertThat(ranges.keySet()).isEqualTo(ends.keySet());
    ranges.forEach((partition, tiles) -> {
      long next = 0;
      for (Range tile : tiles) {
        assertThat(tile.from()).as("partition %d: %s", partition, tiles).isEqualTo(next);
        next = tile.to();
      }
      assertThat(next).as("end of partition %d", partition).isEqualTo(ends.get(partition));
    });
  }

  /** Half-open. */
  private record Range(long from, long to) {
    static final Comparator<Range> ORDER =
        Comparator.comparingLong(Range::from).thenComparingLong(Range::to);
  }

  /**
   * Every poisoned record is a dead letter once, and nothing else is one.
   *
   * @param poisoned such as {@code predictions-0@17}
   */
  static void deadLettersAre(
      SortedSet<String> poisoned, Collection<ConsumerRecord<byte[], byte[]>> records) {
    List<String> sources =
        records.stream()
            .peek(letter ->
                assertThat(header(letter, "losswatch-reason")).isEqualTo("malformed-frame"))
            .map(letter -> header(letter, "losswatch-source"))
            .sorted()
            .toList();
    assertThat(sources).containsExactlyElementsOf(poisoned);
  }

  static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static List<RollingLoss> losses(Collection<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .map(record -> LOSSES.decode(record.value(), 0, record.value().length))
        .toList();
  }

  private static Oracle.WindowKey key(RollingLoss loss) {
    String series =
        new Series(
                loss.getMonitor(),
                loss.getModel(),
                loss.getVersion(),
                new TreeMap<>(loss.getSlice()))
            .key();
    return new Oracle.WindowKey(series, loss.getWindow(), loss.getWindowEnd().toEpochMilli());
  }
}
