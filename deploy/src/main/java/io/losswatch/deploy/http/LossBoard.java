package io.losswatch.deploy.http;

import io.losswatch.schemas.RollingLoss;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The latest window of each series that this instance publishes, and the means of those before it.
 * A series that has fallen silent goes. Bounded: what there is no room for is counted. Thread-safe.
 */
public final class LossBoard {
  /** Series and windows that are kept. */
  static final int MAX_ENTRIES = 1_000;

  /** Windows of each that are kept. */
  static final int MAX_POINTS = 500;

  private final SortedMap<Place, Entry> entries = new TreeMap<>();
  private final Map<Integer, Entry> byId = new HashMap<>();
  private int lastId;
  private long refused;

  /** A series and one of its windows. */
  private record Place(
      String monitor, String model, String version, Map<String, String> slice, String window)
      implements Comparable<Place> {
    /** The whole comes before its slices. */
    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::monitor)
            .thenComparing(Place::model)
            .thenComparing(Place::version)
            .thenComparing(Place::window)
            .thenComparingInt(place -> place.slice().size())
            .thenComparing(place -> place.slice().toString());

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }

    static Place of(RollingLoss loss) {
      return new Place(
          loss.getMonitor(),
          loss.getModel(),
          loss.getVersion(),
          new TreeMap<>(loss.getSlice()),
          loss.getWindow());
    }
  }

  /**
   * The end of a window and its mean.
   *
   * @param endMillis since the epoch
   * @param mean NaN: nothing was in it that weighs
   */
  record Point(long endMillis, double mean) {}

  /**
   * What is shown of a series and window.
   *
   * @param id of this entry, as long as it is there
   * @param latest the newest window
   */
  public record Row(int id, RollingLoss latest) {}

  private static final class Entry {
    private final int id;
    private final Deque<Point> points = new ArrayDeque<>();
    private RollingLoss latest;

    Entry(int id, RollingLoss first) {
      this.id = id;
      this.latest = first;
    }

    void add(RollingLoss loss) {
      long end = loss.getWindowEnd().toEpochMilli();
      if (!loss.getWindowEnd().isBefore(latest.getWindowEnd())) {
        latest = loss;
      }
      Point point = new Point(end, loss.getMean());
      if (points.isEmpty() || points.getLast().endMillis() < end) {
        points.addLast(point);
      } else {
        revise(point);
      }
      while (points.size() > MAX_POINTS) {
        points.removeFirst();
      }
    }

    /** A later revision of a window takes the place of the earlier one. */
    private void revise(Point point) {
      List<Point> all = new ArrayList<>(points);
      all.replaceAll(old -> old.endMillis() == point.endMillis() ? point : old);
      points.clear();
      points.addAll(all);
    }
  }

  /** Takes what was published. */
  public synchronized void add(RollingLoss loss) {
    Place place = Place.of(loss);
    Entry entry = entries.get(place);
    if (loss.getCount() == 0 && loss.getUnlabeledCount() == 0 && loss.getLateCount() == 0) {
      forget(place, entry, loss);
      return;
    }
    if (entry == null) {
      if (entries.size() >= MAX_ENTRIES) {
        refused++;
        return;
      }
      entry = new Entry(++lastId, loss);
      entries.put(place, entry);
      byId.put(entry.id, entry);
    }
    entry.add(loss);
  }

  private void forget(Place place, @Nullable Entry entry, RollingLoss closing) {
    if (entry != null && !closing.getWindowEnd().isBefore(entry.latest.getWindowEnd())) {
      entries.remove(place);
      byId.remove(entry.id);
    }
  }

  /** All rows, by monitor, model, version, window and slice. */
  public synchronized List<Row> rows() {
    List<Row> rows = new ArrayList<>(entries.size());
    entries.values().forEach(entry -> rows.add(new Row(entry.id, entry.latest)));
    return rows;
  }

  /** The means of a row, oldest first; none if there is no such row. */
  synchronized List<Point> points(int id) {
    Entry entry = byId.get(id);
    return entry == null ? List.of() : List.copyOf(entry.points);
  }

  /** Windows that there was no room for. */
  public synchronized long refused() {
    return refused;
  }
}
