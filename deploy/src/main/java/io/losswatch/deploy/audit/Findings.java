package io.losswatch.deploy.audit;

import io.losswatch.stream.consume.SourcePartition;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All subjects of an audit, by name. Mutable; one thread. */
public final class Findings {
  private final Map<String, Subject> sources = new TreeMap<>();
  private final Map<String, Subject> series = new TreeMap<>();
  private String windowExcuse = "";

  Findings() {}

  /** From now on a window refutes no series. */
  void excuseWindows(String explanation) {
    windowExcuse = explanation;
  }

  /**
   * Refutes, unless there is an excuse, a window; the partials go before it as the likely cause.
   */
  void refuteWindow(Subject subject, String why) {
    if (windowExcuse.isEmpty()) {
      subject.refuteWindow(why);
    } else {
      subject.leaveWindowOpen(why + "; " + windowExcuse);
    }
  }

  Subject source(SourcePartition source) {
    return sources.computeIfAbsent(source.toString(), Subject::new);
  }

  /**
   * A series.
   *
   * @param key as in the keys of the output topic
   */
  Subject series(String key) {
    return series.computeIfAbsent(key, Subject::new);
  }

  Collection<Subject> sources() {
    return sources.values();
  }

  Collection<Subject> series() {
    return series.values();
  }

  /** The worst of all; unproved if there is nothing to judge. */
  public Verdict verdict() {
    return Stream.concat(sources.values().stream(), series.values().stream())
        .map(Subject::verdict)
        .max(Verdict::compareTo)
        .orElse(Verdict.UNPROVED);
  }
}
