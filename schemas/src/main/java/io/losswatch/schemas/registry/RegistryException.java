package io.losswatch.schemas.registry;

/** The registry gave no answer. Asking again later may help; no record is to blame. */
public final class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With what was asked and what came instead; no credentials, no bodies. */
  RegistryException(String message) {
    super(message);
  }
}
