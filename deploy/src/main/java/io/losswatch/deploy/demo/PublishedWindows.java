package io.losswatch.deploy.demo;

import io.losswatch.schemas.RollingLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The last revision that the service published of every window of one kind, and what it should not
 * have published. Safe for several threads.
 */
final class PublishedWindows {
  private final String window;
  private final SortedMap<WindowKey, Publication> last = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();

  /**
   * @param window the specification that is collected, such as {@code tumbling:5s}
   */
  PublishedWindows(String window) {
    this.window = window;
  }

  /** Takes a record in the order of its partition; other kinds of window are passed over. */
  synchronized void add(String series, RollingLoss loss) {
    if (!loss.getWindow().equals(window)) {
      return;
    }
    WindowKey key = new WindowKey(series, loss.getWindowStart().toEpochMilli());
    Publication publication =
        new Publication(loss.getCount(), loss.getMean(), loss.getRevision(), loss.getIsFinal());
    Publication before = last.put(key, publication);
    if (before != null && (before.isFinal() || publication.revision() <= before.revision())) {
      faults.add(
          "%s: revision %d came after %srevision %d"
              .formatted(
                  Comparison.describe(key),
                  publication.revision(),
                  before.isFinal() ? "the final " : "",
                  before.revision()));
    }
  }

  /** A copy of the last revisions so far. */
  synchronized SortedMap<WindowKey, Publication> last() {
    return new TreeMap<>(last);
  }

  /** Revisions after a final one, or out of order. */
  synchronized List<String> faults() {
    return List.copyOf(faults);
  }

  /** True once the last revision of all these windows is final. */
  synchronized boolean areFinal(Iterable<WindowKey> windows) {
    for (WindowKey key : windows) {
      Publication publication = last.get(key);
      if (publication == null || !publication.isFinal()) {
        return false;
      }
    }
    return true;
  }

  /**
   * One published record, as far as it is compared.
   *
   * @param count samples in the mean
   * @param mean mean loss
   * @param revision how often the window was published before
   * @param isFinal true if nothing follows
   */
  record Publication(long count, double mean, int revision, boolean isFinal) {}
}
