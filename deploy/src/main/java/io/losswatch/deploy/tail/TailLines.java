package io.losswatch.deploy.tail;

import io.losswatch.core.batch.RefusedException;
import io.losswatch.deploy.terminal.Sparkline;
import io.losswatch.schemas.registry.RegistrySchemas;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lines of rolling losses, columns under each other, with a sparkline of the latest means of the
 * same series and window. Owned by one thread.
 */
public final class TailLines {
  private static final int BARS = 20;

  /** Histories of series that fell silent longest ago go first. */
  private static final int MAX_HISTORIES = 10_000;

  private static final int MAX_SERIES_WIDTH = 60;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final PublishedReading reading;
  private final Map<String, History> histories = new LinkedHashMap<>(16, 0.75f, true);
  private int seriesWidth = 24;

  /** No line yet. */
  public TailLines() {
    this(null);
  }

  /**
   * Lines of records in Confluent's framing too.
   *
   * @param registry null: there are none
   */
  public TailLines(@Nullable RegistrySchemas registry) {
    reading = new PublishedReading(registry);
  }

  /**
   * The line of one value of the output topic.
   *
   * @throws RefusedException if the value is no rolling loss
   */
  public String line(byte @Nullable [] value) {
    Published loss = reading.read(value);
    String series = loss.series().key();
    seriesWidth = Math.min(MAX_SERIES_WIDTH, Math.max(seriesWidth, series.length()));
    return String.format(
            Locale.ROOT,
            "%-" + seriesWidth + "s  %-16s %s  %10.4f ± %-8.4f %,9d  r%d%-6s %s",
            series,
            loss.window(),
            TIME.format(Instant.ofEpochMilli(loss.endMillis())),
            loss.mean().value(),
            loss.mean().error(),
            loss.count(),
            loss.revision(),
            loss.isFinal() ? " final" : "",
            bars(series + " " + loss.window(), loss))
        .stripTrailing();
  }

  private String bars(String key, Published loss) {
    History history = histories.computeIfAbsent(key, fresh -> new History());
    if (histories.size() > MAX_HISTORIES) {
      histories.remove(histories.keySet().iterator().next());
    }
    history.add(loss.endMillis(), loss.mean().value());
    return Sparkline.of(List.copyOf(history.means), BARS);
  }

  /** The latest means of one series and window, oldest first; a revision replaces the last one. */
  private static final class History {
    private final List<Double> means = new ArrayList<>();
    private long lastEndMillis = Long.MIN_VALUE;

    void add(long endMillis, double mean) {
      if (endMillis < lastEndMillis) {
        return;
      }
      if (endMillis == lastEndMillis) {
        means.remove(means.size() - 1);
      } else if (means.size() == BARS) {
        means.remove(0);
      }
      lastEndMillis = endMillis;
      means.add(mean);
    }
  }
}
