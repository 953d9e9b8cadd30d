package io.losswatch.deploy.audit;

import java.util.SortedSet;
import java.util.TreeSet;

/** A source partition or a series, and what was found out about it. Mutable; one thread. */
final class Subject {
  private final String name;
  private final SortedSet<String> unchecked = new TreeSet<>();
  private Verdict verdict = Verdict.PROVED;
  private String reason = "";
  private boolean reasonIsOfWindow;
  private String excuse = "";
  private long faults;
  private long counted;
  private long windows;

  Subject(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  Verdict verdict() {
    return verdict;
  }

  /** The first one of the verdict, of the partials if there is one; empty if proved. */
  String reason() {
    return reason;
  }

  /** How many reasons there are for the verdict, the first one included. */
  long faults() {
    return faults;
  }

  /** Samples of a series, offsets of a source: those that agree. */
  long counted() {
    return counted;
  }

  /** Published windows that agree, every revision. */
  long windows() {
    return windows;
  }

  /** Specifications of windows that no check covers. */
  SortedSet<String> unchecked() {
    return unchecked;
  }

  void refute(String why) {
    judge(excuse.isEmpty() ? Verdict.REFUTED : Verdict.UNPROVED, why, false);
  }

  void leaveOpen(String why) {
    judge(Verdict.UNPROVED, why, false);
  }

  /** Refutes a window; what is wrong with the partials goes before it as the likely cause. */
  void refuteWindow(String why) {
    judge(excuse.isEmpty() ? Verdict.REFUTED : Verdict.UNPROVED, why, true);
  }

  void leaveWindowOpen(String why) {
    judge(Verdict.UNPROVED, why, true);
  }

  /** From now on nothing refutes it, since there is an explanation. */
  void excuse(String explanation) {
    excuse = explanation;
  }

  private void judge(Verdict judged, String why, boolean isOfWindow) {
    boolean isWorse = judged.compareTo(verdict) > 0;
    if (isWorse || (judged == verdict && reasonIsOfWindow && !isOfWindow)) {
      reason = excuse.isEmpty() ? why : why + "; " + excuse;
      reasonIsOfWindow = isOfWindow;
    }
    faults = isWorse ? 1 : faults + (judged == verdict ? 1 : 0);
    verdict = isWorse ? judged : verdict;
  }

  void count(long number) {
    counted += number;
  }

  void countWindow() {
    windows++;
  }

  void leaveUnchecked(String window) {
    unchecked.add(window);
  }
}
