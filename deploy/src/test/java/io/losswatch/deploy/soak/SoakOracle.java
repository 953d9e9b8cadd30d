package io.losswatch.deploy.soak;

import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.window.Series;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the windows and the dead letters of a soak must be, from the input log alone, record by
 * record: no panes, no hops, a loss in one line. Mutable; one thread.
 */
final class SoakOracle {
  static final long SIZE_MILLIS = 30_000;
  static final long EVERY_MILLIS = 10_000;
  static final long OUT_OF_ORDER_MILLIS = 2_000;
  static final long LATENESS_MILLIS = 10_000;

  /** Its last samples are watched, for which none comes too late; the audit checks them. */
  static final String RECENT = "m0";

  private static final RecordCodec<RollingLoss> LOSSES = RecordCodec.of(RollingLoss.class);
  private static final double TOLERANCE = 1e-12;

  private final Map<Place, DoubleSummaryStatistics> windows = new HashMap<>();
  private final Set<String> refused = new HashSet<>();
  private final Set<String> ids = new HashSet<>();
  private final Map<Integer, Long> watermarks = new HashMap<>();
  private final List<String> differences = new ArrayList<>();
  private long samples;

  /**
   * A window of a series.
   *
   * @param series key
   * @param window specification
   * @param endMillis first instant after it
   */
  private record Place(String series, String window, long endMillis) {}

  /** Adds the next record of its partition. */
  void add(ConsumerRecord<byte[], byte[]> record) {
    String position = record.topic() + "-" + record.partition() + "@" + record.offset();
    LogitBatch batch;
    try {
      batch = SoakTraffic.CODEC.decode(record.value(), 0, record.value().length);
    } catch (RefusedException e) {
      ids.add(new String(record.value(), StandardCharsets.UTF_8));
      refused.add("malformed-frame " + position);
      return;
    }
    ids.add(batch.getBatchId());
    long time = batch.getEventTime().toEpochMilli();
    long watermark = watermarks.getOrDefault(record.partition(), Long.MIN_VALUE);
    watermarks.merge(record.partition(), time - OUT_OF_ORDER_MILLIS, Math::max);
    if (batch.getModel().equals("closing")) {
      return;
    }
    if (isFinal(lastEnd(time, SIZE_MILLIS), watermark)) {
      if (!batch.getModel().equals(RECENT)) {
        refused.add("too-late " + position);
      }
    } else if (isFinal(lastEnd(time, EVERY_MILLIS), watermark)) {
      differences.add(position + " is late for some windows and not for others");
    } else {
      count(batch, time);
    }
  }

  private static long lastEnd(long time, long sizeMillis) {
    return Math.floorDiv(time, EVERY_MILLIS) * EVERY_MILLIS + sizeMillis;
  }

  private static boolean isFinal(long endMillis, long watermark) {
    return watermark != Long.MIN_VALUE && watermark >= endMillis + LATENESS_MILLIS;
  }

  private void count(LogitBatch batch, long time) {
    Series whole = Series.of("errors", batch.getModel(), batch.getVersion());
    Series slice =
        new Series("errors", batch.getModel(), batch.getVersion(), new TreeMap<>(batch.getTags()));
    List<?> predictions = (List<?>) batch.getPredictions().getData();
    List<?> labels = (List<?>) batch.getLabels().getData();
    for (int row = 0; row < predictions.size(); row++) {
      double distance = (double) predictions.get(row) - (double) labels.get(row);
      count(whole.key(), time, distance * distance);
      count(slice.key(), time, distance * distance);
      samples++;
    }
  }

  private void count(String series, long time, double loss) {
    add(new Place(series, "tumbling:10s", lastEnd(time, EVERY_MILLIS)), loss);
    for (long end = lastEnd(time, EVERY_MILLIS);
        end <= lastEnd(time, SIZE_MILLIS);
        end += EVERY_MILLIS) {
      add(new Place(series, "rolling:30s/10s", end), loss);
    }
  }

  private void add(Place place, double loss) {
    windows.computeIfAbsent(place, none -> new DoubleSummaryStatistics()).accept(loss);
  }

  /** How many final windows there must be. */
  int windows() {
    return windows.size();
  }

  /** Samples that are in windows, each counted once. */
  long samples() {
    return samples;
  }

  /** Dead letters that there must be. */
  int refused() {
    return refused.size();
  }

  /** All that differs, one line each; empty: everything was counted once. */
  List<String> differences(
      List<ConsumerRecord<byte[], byte[]>> output,
      List<ConsumerRecord<byte[], byte[]>> letters,
      Set<String> acknowledged) {
    Set<String> lost = new HashSet<>(acknowledged);
    lost.removeAll(ids);
    lost.forEach(id -> differences.add(id + " was acknowledged, but is not in the input"));
    compareLetters(letters);
    compareWindows(output);
    return differences;
  }

  private void compareLetters(List<ConsumerRecord<byte[], byte[]>> letters) {
    Set<String> expected = new HashSet<>(refused);
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      String told = header(letter, "losswatch-reason") + " " + header(letter, "losswatch-source");
      if (!expected.remove(told)) {
        differences.add("a dead letter too many: " + told);
      }
    }
    expected.forEach(each -> differences.add("no dead letter: " + each));
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private void compareWindows(List<ConsumerRecord<byte[], byte[]>> output) {
    Map<Place, DoubleSummaryStatistics> expected = new HashMap<>(windows);
    Set<Place> finals = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : output) {
      RollingLoss loss = LOSSES.decode(record.value(), 0, record.value().length);
      if (loss.getIsFinal() && loss.getMonitor().equals("errors") && !isAverage(loss)) {
        Place place = place(loss);
        if (!finals.add(place)) {
          differences.add("final twice: " + place);
        }
        compare(place, loss, expected.remove(place));
      }
    }
    expected.forEach((place, sums) -> differences.add("no final record: " + place + " of " + sums));
  }

  private static boolean isAverage(RollingLoss loss) {
    return loss.getWindow().startsWith("ewma");
  }

  private static Place place(RollingLoss loss) {
    Series series =
        new Series(
            loss.getMonitor(), loss.getModel(), loss.getVersion(), new TreeMap<>(loss.getSlice()));
    return new Place(series.key(), loss.getWindow(), loss.getWindowEnd().toEpochMilli());
  }

  private void compare(Place place, RollingLoss loss, @Nullable DoubleSummaryStatistics expected) {
    long count = expected == null ? 0 : expected.getCount();
    if (loss.getCount() != count) {
      differences.add("%s: count %d, but must be %d".formatted(place, loss.getCount(), count));
    } else if (expected != null
        && Math.abs(loss.getMean() - expected.getAverage()) > TOLERANCE * expected.getAverage()) {
      differences.add(
          "%s: mean %s, but must be %s".formatted(place, loss.getMean(), expected.getAverage()));
    }
  }
}
