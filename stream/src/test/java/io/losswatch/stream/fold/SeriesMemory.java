package io.losswatch.stream.fold;

import io.losswatch.stream.StreamSettings.OutputFormat;
import io.losswatch.stream.evaluate.MonitorPlan;
import io.losswatch.stream.publish.LossPublishing;
import io.losswatch.stream.publish.PublishSettings;
import io.losswatch.stream.publish.TransactionUnit;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A JVM that holds so many series with a full window of panes and the late ones behind it, and
 * prints what one takes after a collection.
 *
 * <p>While all their windows are published at once, everything that goes to Kafka is held together:
 * the heap it is given must bear that.
 */
public final class SeriesMemory {
  private static final int PANES_LATE = 8;
  private static final int PANES = 30;

  private SeriesMemory() {}

  /** The one argument: how many series. */
  public static void main(String[] arguments) {
    int count = Integer.parseInt(arguments[0]);
    MonitorPlan plan = ManySeries.plan(List.of("rolling:5m/10s"));
    PublishSettings settings =
        new PublishSettings(Map.of(), "id", Map.of("partials", "state"), "dead-letter", 1 << 20);
    LossPublishing publishing =
        new LossPublishing(
            settings,
            new LossPublishing.OutputTopic("rolling-loss", OutputFormat.AVRO),
            Clock.systemUTC());
    List<TransactionUnit> units = new ArrayList<>();
    long before = usedBytes();
    ManySeries many = new ManySeries(plan, count, cut -> units.add(publishing.unit(cut)));
    int records = 0;
    for (int pane = 0; pane < PANES + PANES_LATE; pane++) {
      units.clear();
      many.foldAndPublish();
      records = units.stream().mapToInt(unit -> unit.records().size()).sum();
    }
    units.clear();
    long filled = usedBytes();
    System.out.printf(
        Locale.ROOT,
        "%d series with %d records at the last crossing: %d bytes a series, %d MB used, at most %d"
            + " MB heap%n",
        many.remembered(),
        records,
        // with the 40 bytes of the entry that brings it
        (filled - before) / count,
        (filled - before) >> 20,
        Runtime.getRuntime().maxMemory() >> 20);
  }

  private static long usedBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
