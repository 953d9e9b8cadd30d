package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.window.Ewma;
import io.losswatch.core.window.Series;
import io.losswatch.core.window.Window;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.LogitBatchReader;
import io.losswatch.schemas.codec.WriterSchemas;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compares the moving averages that a simulation has published with the formula over all samples:
 * each weighs what the end of its own pane gives it, from the first publication on that it came in
 * time for.
 */
final class AverageCheck {
  private static final LogitBatchReader READER = new LogitBatchReader(WriterSchemas.builtIn());

  private final Oracle oracle;
  private final LossBuffer losses = new LossBuffer();

  /** By series and window. */
  private final Map<String, List<Sample>> samples = new HashMap<>();

  /**
   * A sample.
   *
   * @param loss of it
   * @param end of its own pane
   * @param since end of the pane that it came into
   */
  private record Sample(double loss, long end, long since) {}

  AverageCheck(Oracle oracle) {
    this.oracle = oracle;
  }

  /**
   * A record comes to hop 2.
   *
   * @param fate of it
   * @param entries series and panes that this partition was told of
   * @param watermark of hop 2
   */
  void take(NaiveSource.Fate fate, Set<String> entries, long watermark) {
    byte[] value = NaiveSource.bytes(fate.record());
    Batch batch = READER.read(value, 0, value.length);
    long time = batch.header().eventTimeMillis().orElse(fate.record().timestampMillis());
    for (Monitor monitor : oracle.wanting(batch.header().model())) {
      if (fate.tooLateFor().contains(monitor.name())) {
        continue;
      }
      for (Window window : monitor.windows()) {
        if (window instanceof Ewma average) {
          monitor.loss().samples(batch, losses);
          long pane = SimulatedMonitors.paneStart(monitor, time);
          for (String series : Oracle.series(monitor, batch)) {
            if (entries.contains(series + "@" + pane)) {
              take(series + " " + average, average, time, watermark);
            }
          }
        }
      }
    }
  }

  private void take(String of, Ewma average, long time, long watermark) {
    long end = endOfPane(average, time);
    if (watermark >= end + SimulatedMonitors.TIME.lateness().allowed().toMillis()) {
      return;
    }
    long since = end > watermark ? end : endOfPane(average, watermark);
    for (int row = 0; row < losses.size(); row++) {
      if (!losses.isIgnored(row)) {
        samples
            .computeIfAbsent(of, none -> new ArrayList<>())
            .add(new Sample(losses.losses()[row], end, since));
      }
    }
  }

  private static long endOfPane(Ewma average, long time) {
    long width = average.halfLifeMillis() / 8;
    return Math.floorDiv(time, width) * width + width;
  }

  void check(List<RollingLoss> outputs) {
    Set<String> published = new HashSet<>();
    for (RollingLoss loss : outputs) {
      if (loss.getWindow().startsWith("ewma:")) {
        String of = series(loss) + " " + loss.getWindow();
        long end = loss.getWindowEnd().toEpochMilli();
        assertThat(loss.getIsFinal() && loss.getRevision() == 0).as("%s", loss).isTrue();
        assertThat(published.add(of + "@" + end)).as("%s again", loss).isTrue();
        check(loss, samples.getOrDefault(of, List.of()), end);
      }
    }
    samples.forEach((of, each) ->
        each.forEach(sample -> assertThat(published).contains(of + "@" + sample.since())));
  }

  private static void check(RollingLoss loss, List<Sample> of, long end) {
    long halfLife = ((Ewma) Window.parse(loss.getWindow())).halfLifeMillis();
    long added = 0;
    double weight = 0;
    double sum = 0;
    for (Sample sample : of) {
      if (sample.since() <= end) {
        double own = Math.pow(2, -(end - sample.end()) / (double) halfLife);
        weight += own;
        sum += own * sample.loss();
        added += sample.since() == end ? 1 : 0;
      }
    }
    assertThat(loss.getCount()).as("%s", loss).isEqualTo(added);
    if (weight > 0) {
      double mean = sum / weight;
      assertThat(loss.getMean())
          .as("%s", loss)
          .isCloseTo(mean, within(1e-12 * Math.max(1, Math.abs(mean))));
      assertThat(loss.getWeight()).as("%s", loss).isCloseTo(weight, within(1e-12 * weight));
    }
  }

  private static String series(RollingLoss loss) {
    return new Series(
            loss.getMonitor(), loss.getModel(), loss.getVersion(), new TreeMap<>(loss.getSlice()))
        .key();
  }
}
