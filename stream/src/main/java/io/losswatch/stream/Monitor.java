package io.losswatch.stream;

import io.losswatch.core.loss.Loss;
import io.losswatch.core.loss.Metrics;
import io.losswatch.core.window.Series;
import io.losswatch.core.window.Window;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One thing to watch: a loss over windows of the traffic of some models.
 *
 * @param name name of the monitor, the first part of its series' keys
 * @param model glob over the model's name ({@code *} any characters, {@code ?} one)
 * @param measure the loss, and what is counted beside it
 * @param windows at least one
 * @param slices lists of tag names; each gives a series per combination of their values, besides
 *     the whole
 * @param counting which time of a sample counts, and whether a batch that comes twice does
 */
public record Monitor(
    String name,
    String model,
    Measure measure,
    List<Window> windows,
    List<List<String>> slices,
    Counting counting) {
  public Monitor {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a monitor has a name");
    }
    if (windows.isEmpty()) {
      throw new IllegalArgumentException("monitor " + name + " has no window");
    }
    windows = List.copyOf(windows);
    slices = slices.stream().map(List::copyOf).toList();
    if (slices.stream().anyMatch(slice -> slice.contains(Series.RESERVED_TAG))) {
      throw new IllegalArgumentException(
          "monitor %s has a slice by the tag %s, which is reserved for what there is no room for"
              .formatted(name, Series.RESERVED_TAG));
    }
  }

  /** A monitor by the time of predictions that counts what comes, as often as it comes. */
  public Monitor(
      String name, String model, Measure measure, List<Window> windows, List<List<String>> slices) {
    this(name, model, measure, windows, slices, Counting.DEFAULT);
  }

  /** A monitor of a loss without companion metrics. */
  public Monitor(
      String name, String model, Loss loss, List<Window> windows, List<List<String>> slices) {
    this(name, model, new Measure(loss, Metrics.NONE), windows, slices);
  }

  /** The loss with its parameters. */
  public Loss loss() {
    return measure.loss();
  }

  /** What is counted beside it. */
  public Metrics metrics() {
    return measure.metrics();
  }

  /** True if a batch whose {@code batch_id} was seen before does not count. */
  public boolean deduplicates() {
    return counting.deduplicate();
  }

  /** True if a sample whose label comes later counts at the label's time. */
  public boolean isByLabelTime() {
    return counting.axis() == TimeAxis.LABEL;
  }

  /** The time by which a sample falls into windows. */
  public enum TimeAxis {
    /** Of its prediction. */
    PREDICTION,
    /** Of its label, if that came later than the prediction. */
    LABEL
  }

  /**
   * What counts when.
   *
   * @param axis the time by which samples fall into windows
   * @param deduplicate true: a batch whose {@code batch_id} was seen before does not count
   */
  public record Counting(TimeAxis axis, boolean deduplicate) {
    /** By the time of predictions, as often as they come. */
    public static final Counting DEFAULT = new Counting(TimeAxis.PREDICTION, false);
  }

  /**
   * A loss and its companions.
   *
   * @param loss the loss with its parameters
   * @param metrics what is counted beside it; the loss has them all
   */
  public record Measure(Loss loss, Metrics metrics) {
    public Measure {
      SortedSet<String> lacking = new TreeSet<>(metrics.names());
      lacking.removeAll(loss.metrics());
      if (!lacking.isEmpty()) {
        throw new IllegalArgumentException(
            "%s has %s beside it, but is asked for %s"
                .formatted(
                    loss.name(),
                    loss.metrics().isEmpty() ? "no metrics" : new TreeSet<>(loss.metrics()),
                    lacking));
      }
    }
  }
}
