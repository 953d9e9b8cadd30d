package io.losswatch.deploy.http;

import io.losswatch.schemas.RollingLoss;
import io.losswatch.stream.LossStream;
import io.losswatch.stream.StreamCounts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The latest window of each series that this instance publishes, and the means of those before it.
 * A series that has fallen silent goes; one whose partition has moved, or is restored anew, is not
 * shown until this instance publishes it again. Bounded: what there is no room for is counted.
 * Thread-safe.
 */
public final class LossBoard {
  /** Series and windows that are kept. */
  static final int MAX_ENTRIES = 1_000;

  /** Windows of each that are kept. */
  static final int MAX_POINTS = 500;

  private final SortedMap<Place, Entry> entries = new TreeMap<>();
  private final Map<Integer, Entry> byId = new HashMap<>();
  private final Supplier<StreamCounts.Standing> standing;
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
    private LossStream.Published latest;

    Entry(int id, LossStream.Published first) {
      this.id = id;
      this.latest = first;
    }

    RollingLoss loss() {
      return latest.loss();
    }

    void add(LossStream.Published published) {
      RollingLoss loss = published.loss();
      long end = loss.getWindowEnd().toEpochMilli();
      // a new ownership may begin with the revision of an older window
      if (published.epoch() != latest.epoch()
          || !loss.getWindowEnd().isBefore(loss().getWindowEnd())) {
        latest = published;
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

  /**
   * A board with nothing on it.
   *
   * @param standing tells which partitions are owned now
   */
  public LossBoard(Supplier<StreamCounts.Standing> standing) {
    this.standing = standing;
  }

  /** Takes what was published. */
  public synchronized void add(LossStream.Published published) {
    RollingLoss loss = published.loss();
    Place place = Place.of(loss);
    Entry entry = entries.get(place);
    if (loss.getCount() == 0 && loss.getUnlabeledCount() == 0 && loss.getLateCount() == 0) {
      forget(place, entry, loss);
      return;
    }
    if (entry == null) {
      if (entries.size() >= MAX_ENTRIES && !makeRoom()) {
        refused++;
        return;
      }
      entry = new Entry(++lastId, published);
      entries.put(place, entry);
      byId.put(entry.id, entry);
    }
    entry.add(published);
  }

  /** What is not shown goes when its room is needed. */
  private boolean makeRoom() {
    StreamCounts.Standing now = standing.get();
    entries.values().removeIf(entry -> !now.owns(entry.latest));
    byId.values().removeIf(entry -> !now.owns(entry.latest));
    return entries.size() < MAX_ENTRIES;
  }

  private void forget(Place place, @Nullable Entry entry, RollingLoss closing) {
    if (entry != null && !closing.getWindowEnd().isBefore(entry.loss().getWindowEnd())) {
      entries.remove(place);
      byId.remove(entry.id);
    }
  }

  /** All rows, by monitor, model, version, window and slice. */
  public synchronized List<Row> rows() {
    StreamCounts.Standing now = standing.get();
    return entries.values().stream()
        .filter(entry -> now.owns(entry.latest))
        .map(entry -> new Row(entry.id, entry.loss()))
        .toList();
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
