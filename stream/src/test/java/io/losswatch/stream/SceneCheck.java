package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.window.Series;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Compares what a scene's instances have left behind with what was sent. */
final class SceneCheck {
  private static final RecordCodec<PartialBatch> PARTIALS = RecordCodec.of(PartialBatch.class);

  private final Scene scene;

  SceneCheck(Scene scene) {
    this.scene = scene;
  }

  /** Windows are those of the oracle, and the ranges of the partials tile the input. */
  void check() {
    check(Map.of());
  }

  /** The same, but for offsets {@code [from, to)} of a partition that nobody could read. */
  void check(Map<Integer, List<Long>> holes) {
    checkWindows();
    checkTiling(holes);
  }

  /** Reasons of the dead letters by their source, such as {@code predictions-3@17}. */
  Map<String, String> deadLetters() {
    Map<String, String> reasons = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> letter : scene.committed(scene.settings().deadLetter())) {
      String source = header(letter, "losswatch-source");
      assertThat(reasons.put(source, header(letter, "losswatch-reason"))).as(source).isNull();
    }
    return reasons;
  }

  static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private void checkWindows() {
    Map<Oracle.WindowKey, RollingLoss> finals = new HashMap<>();
    Set<String> seen = new HashSet<>();
    for (RollingLoss loss : scene.losses()) {
      assertThat(seen.add(key(loss) + "#" + loss.getRevision()))
          .as("published once: %s", loss)
          .isTrue();
      if (loss.getIsFinal()) {
        assertThat(finals.put(key(loss), loss)).as("final once: %s", loss).isNull();
      }
    }
    scene.oracle().windows().forEach((key, expected) -> check(key, expected, finals.remove(key)));
    // what remains are the records that say that a series has fallen silent
    finals.values().forEach(loss -> assertThat(loss.getCount()).as("%s", loss).isZero());
  }

  private static void check(Oracle.WindowKey key, Oracle.Totals expected, RollingLoss actual) {
    assertThat(actual).as("final record of %s", key).isNotNull();
    assertThat(actual.getCount()).as("count of %s", key).isEqualTo(expected.count());
    assertThat(actual.getIgnored()).as("ignored of %s", key).isEqualTo(expected.ignored());
    assertThat(actual.getLateCount()).as("late of %s", key).isZero();
    if (expected.count() > 0) {
      double mean = expected.mean();
      assertThat(actual.getMean()).as("mean of %s", key).isCloseTo(mean, within(1e-12 * mean));
    }
  }

  private void checkTiling(Map<Integer, List<Long>> holes) {
    Map<Integer, TreeMap<Long, Long>> tiles = tiles();
    scene
        .endOffsets(scene.settings().input())
        .forEach((partition, end) -> {
          TreeMap<Long, Long> ranges = tiles.getOrDefault(partition, new TreeMap<>());
          List<Long> hole = holes.getOrDefault(partition, List.of(-1L, -1L));
          long next = 0;
          for (Map.Entry<Long, Long> range : ranges.entrySet()) {
            next = next == hole.get(0) ? hole.get(1) : next;
            assertThat(range.getKey()).as("partition %s: %s", partition, ranges).isEqualTo(next);
            next = range.getValue();
          }
          assertThat(next).as("end of partition %s", partition).isEqualTo(end);
        });
  }

  /** Ranges by partition of the input; one may be told in several partitions of the partials. */
  private Map<Integer, TreeMap<Long, Long>> tiles() {
    Map<Integer, TreeMap<Long, Long>> tiles = new TreeMap<>();
    for (PartialBatch batch : partials()) {
      if (batch.getToOffset() > batch.getFromOffset()) {
        Long before =
            tiles
                .computeIfAbsent(batch.getSourcePartition(), none -> new TreeMap<>())
                .put(batch.getFromOffset(), batch.getToOffset());
        assertThat(before).as("%s", batch).isIn(null, batch.getToOffset());
      }
    }
    return tiles;
  }

  List<PartialBatch> partials() {
    List<PartialBatch> batches = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : scene.committed(scene.settings().partials())) {
      batches.add(PARTIALS.decode(record.value(), 0, record.value().length));
    }
    return batches;
  }

  static Oracle.WindowKey key(RollingLoss loss) {
    Series series =
        new Series(
            loss.getMonitor(), loss.getModel(), loss.getVersion(), new TreeMap<>(loss.getSlice()));
    return new Oracle.WindowKey(series.key(), loss.getWindow(), loss.getWindowEnd().toEpochMilli());
  }
}
