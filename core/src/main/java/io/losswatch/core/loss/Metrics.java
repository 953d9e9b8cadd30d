package io.losswatch.core.loss;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which companion metrics are asked for beside a loss. Immutable. All are of rows, each counted
 * once: neither record nor class weights nor label smoothing touch them.
 *
 * <ul>
 *   <li>{@code accuracy}: share of rows whose label has the largest prediction, of equal ones the
 *       first; of binary labels, share of rows with every prediction on its label's side of ½.
 *   <li>{@code top_k}: share of rows whose label is among the k largest predictions.
 *   <li>{@code brier}: mean over rows of Σ (p − y)² over classes, or over binary labels (G. W.
 *       Brier, 1950).
 *   <li>{@code perplexity}: exp of the mean over rows of −ln p of the label, −Σ t·ln p of
 *       probability targets t.
 *   <li>{@code ece}: expected calibration error, Σ n_b/n·|accuracy_b − confidence_b| over 15 equal
 *       bins of the largest p (C. Guo et al., On calibration of modern neural networks, 2017).
 *       Since n_b·(accuracy_b − confidence_b) is a sum over the bin's rows, one sum a bin is all it
 *       needs.
 *   <li>The label of a row of probability targets is its largest one, of equal ones the first.
 *   <li>A row counts in none if its label is ignored, its loss is NaN before weights of records, or
 *       one of its predictions is NaN. A score or −ln p that is not finite is left out of {@code
 *       brier} or {@code perplexity} alone.
 *   <li>Without a row that counts, a metric has no value.
 * </ul>
 */
public final class Metrics {
  /** k of {@code top_k} unless another one is asked for. */
  public static final int DEFAULT_K = 5;

  /** Nothing beside the loss. */
  public static final Metrics NONE = new Metrics(EnumSet.noneOf(Metric.class), DEFAULT_K);

  /** What a loss over class probabilities has. */
  static final SortedSet<String> OF_CLASSES = names(EnumSet.allOf(Metric.class));

  /** What a loss over the scores of classes has, which are no probabilities. */
  static final SortedSet<String> OF_SCORES = names(EnumSet.of(Metric.ACCURACY, Metric.TOP_K));

  /** What a loss over binary labels has. */
  static final SortedSet<String> OF_BINARY_LABELS =
      names(EnumSet.of(Metric.ACCURACY, Metric.BRIER));

  /** Where the number of rows stands among the sums. */
  static final int ROWS = 0;

  /** Where the first sum of each metric stands; small numbers, which are boxed already. */
  private final EnumMap<Metric, Integer> places = new EnumMap<>(Metric.class);

  private final SortedSet<String> names;

  /** The same, to walk over without an iterator, which would be garbage a batch. */
  private final String[] nameList;

  private final int k;
  private final int sumCount;

  private Metrics(Set<Metric> members, int k) {
    this.names = names(members);
    this.nameList = names.toArray(String[]::new);
    this.k = members.contains(Metric.TOP_K) ? k : DEFAULT_K;
    int next = members.isEmpty() ? 0 : ROWS + 1;
    for (Metric metric : members) {
      places.put(metric, next);
      next += metric.sums();
    }
    this.sumCount = next;
  }

  /**
   * The metrics of these names.
   *
   * @param names as in {@link #known}
   * @param k of {@code top_k}; has no effect without it
   * @throws IllegalArgumentException if a name is unknown or {@code k} below 1
   */
  public static Metrics of(Collection<String> names, int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k is >= 1, but it is " + k);
    }
    EnumSet<Metric> members = EnumSet.noneOf(Metric.class);
    for (String name : names) {
      members.add(named(name));
    }
    return members.isEmpty() ? NONE : new Metrics(members, k);
  }

  private static Metric named(String name) {
    for (Metric metric : Metric.values()) {
      if (metric.title().equals(name)) {
        return metric;
      }
    }
    throw new IllegalArgumentException(
        "a metric is one of %s, but it is \"%s\"".formatted(known(), name));
  }

  private static SortedSet<String> names(Set<Metric> members) {
    SortedSet<String> names = new TreeSet<>();
    members.forEach(metric -> names.add(metric.title()));
    return Collections.unmodifiableSortedSet(names);
  }

  /** All names, sorted. */
  public static List<String> known() {
    return List.copyOf(OF_CLASSES);
  }

  /** The names asked for, sorted. */
  public SortedSet<String> names() {
    return names;
  }

  /** k of {@code top_k}; the default without it. */
  public int k() {
    return k;
  }

  /** True if nothing is asked for. */
  public boolean isEmpty() {
    return places.isEmpty();
  }

  /** Number of the additive sums that the values are read from. */
  public int sumCount() {
    return sumCount;
  }

  /**
   * The values by name; those without a row that counts are left out.
   *
   * @param sums as many as {@link #sumCount}, each added up over all batches from {@link
   *     LossBuffer#metricSum}
   * @throws IllegalArgumentException if they are fewer or more
   */
  public SortedMap<String, Double> values(double[] sums) {
    if (sums.length != sumCount) {
      throw new IllegalArgumentException(
          "metrics %s are read from %d sums, but there are %d"
              .formatted(names, sumCount, sums.length));
    }
    SortedMap<String, Double> values = new TreeMap<>();
    places.forEach((metric, place) -> {
      double value = metric.value(sums[ROWS], sums, place);
      if (!Double.isNaN(value)) {
        values.put(metric.title(), value);
      }
    });
    return values;
  }

  /** True if all that is asked for is among these names. */
  boolean areAmong(Set<String> others) {
    for (String name : nameList) {
      if (!others.contains(name)) {
        return false;
      }
    }
    return true;
  }

  boolean has(Metric metric) {
    return places.containsKey(metric);
  }

  /** Where the first sum stands of a metric that is asked for. */
  int place(Metric metric) {
    return Objects.requireNonNull(places.get(metric));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Metrics that && names.equals(that.names) && k == that.k;
  }

  @Override
  public int hashCode() {
    return Objects.hash(names, k);
  }

  /**
   * One canonical spelling, such as {@code accuracy,top_k=5}: metrics that are spelt alike have the
   * same sums. Empty for none.
   */
  @Override
  public String toString() {
    String text = String.join(",", names);
    return has(Metric.TOP_K) ? text + "=" + k : text;
  }
}
