package io.losswatch.core.batch;

/**
 * A batch is refused. The message gives the rule and the actual shapes, types, lengths and
 * positions, never payload beyond a single offending number. It has no stack trace: it is an answer
 * about data, made often where data is bad.
 */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  public RefusedException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  /** The code under which the batch is refused. */
  public Reason reason() {
    return reason;
  }
}
