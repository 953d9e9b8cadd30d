package io.losswatch.deploy.audit;

import java.util.Locale;

/** What can be said, the worst last. */
public enum Verdict {
  /** Everything that was checked agrees. */
  PROVED,
  /** Nothing disagrees, but something cannot be known any more. */
  UNPROVED,
  /** Something disagrees. */
  REFUTED;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
