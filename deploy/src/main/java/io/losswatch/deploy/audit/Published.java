package io.losswatch.deploy.audit;

import io.losswatch.core.window.Last;
import io.losswatch.core.window.Rolling;
import io.losswatch.core.window.Tumbling;
import io.losswatch.core.window.Window;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that was published of one series. Mutable; one thread. */
final class Published {
  private static final long NEVER = Long.MAX_VALUE;

  private final List<Publication> publications = new ArrayList<>();
  private final Map<Last, Deque<Publication>> lasts = new HashMap<>();
  private final Map<Publication.Slot, Times> times = new HashMap<>();
  private int next;

  /** Watermarks at which a window was published first, and as final. */
  private record Times(long first, long last) {}

  /** Adds a publication, in the order of the output partition. */
  void add(Publication publication) {
    if (publication.slot().window() instanceof Last last) {
      // their watermarks need not ascend
      lasts.computeIfAbsent(last, none -> new ArrayDeque<>()).add(publication);
    } else {
      publications.add(publication);
    }
  }

  /** All have been added. */
  void close() {
    for (Publication each : publications) {
      long watermark = each.told().watermarkMillis();
      times.merge(
          each.slot(),
          new Times(watermark, each.isFinal() ? watermark : NEVER),
          (a, b) -> new Times(Math.min(a.first(), b.first()), Math.min(a.last(), b.last())));
    }
    publications.sort(Comparator.comparingLong(each -> each.told().watermarkMillis()));
  }

  /**
   * Revisions must be 0, 1, 2 ... of which the last alone may be final.
   *
   * @param trimmedUntil what was published up to this watermark may have been deleted
   */
  void judgeRevisions(Subject subject, long trimmedUntil) {
    Map<Publication.Slot, Publication> last = new HashMap<>();
    for (Publication each : publications) {
      if (isRevised(each.slot().window())) {
        Publication before = last.put(each.slot(), each);
        if (before != null || each.told().watermarkMillis() > trimmedUntil) {
          judge(before, each, subject);
        }
      }
    }
  }

  /** Other kinds of windows have one publication for each of their bounds, or several. */
  private static boolean isRevised(@Nullable Window window) {
    return window instanceof Rolling || window instanceof Tumbling;
  }

  private static void judge(@Nullable Publication before, Publication each, Subject subject) {
    int expected = before == null ? 0 : before.revision() + 1;
    if (before != null && before.isFinal()) {
      subject.refuteWindow(
          "%s: %s was final in %s already"
              .formatted(each.told().position(), each.slot(), before.told().position()));
    } else if (each.revision() != expected) {
      subject.refuteWindow(
          "%s: %s has revision %d where revision %d follows"
              .formatted(each.told().position(), each.slot(), each.revision(), expected));
    }
  }

  /** Windows of the last samples in the order in which they were published, to be taken from. */
  Deque<Publication> last(Last window) {
    return lasts.getOrDefault(window, new ArrayDeque<>());
  }

  /** Every publication of other windows, by watermark. */
  List<Publication> all() {
    return publications;
  }

  /** The publications up to a watermark that were not taken before, by watermark. */
  List<Publication> takeUpTo(long watermarkMillis) {
    int from = next;
    while (next < publications.size()
        && publications.get(next).told().watermarkMillis() <= watermarkMillis) {
      next++;
    }
    return publications.subList(from, next);
  }

  /** What was not taken, but for windows of the last samples. */
  List<Publication> rest() {
    return publications.subList(next, publications.size());
  }

  /** Windows of the last samples that were not taken. */
  List<Publication> restOfLast() {
    return lasts.values().stream().flatMap(Deque::stream).toList();
  }

  /** True if the window was published up to this watermark. */
  boolean isThere(Publication.Slot slot, long watermarkMillis) {
    Times found = times.get(slot);
    return found != null && found.first() <= watermarkMillis;
  }

  /** True if it was published as final. */
  boolean isFinal(Publication.Slot slot, long watermarkMillis) {
    Times found = times.get(slot);
    return found != null && found.last() <= watermarkMillis;
  }
}
