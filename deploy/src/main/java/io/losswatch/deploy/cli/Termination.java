package io.losswatch.deploy.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The request to stop: SIGTERM or Ctrl-C. From the request on, whoever hears of it has ten seconds
 * to close its resources; closing the termination says that all are closed. Then the process ends
 * with exit code 0, or, after ten seconds, with 1.
 */
final class Termination implements AutoCloseable {
  private static final long SECONDS = 10;

  private final CompletableFuture<Void> signal = new CompletableFuture<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  private Termination() {}

  /** Listens for the request; to be opened before the resources that it outlives. */
  static Termination await() {
    Termination termination = new Termination();
    Runtime.getRuntime().addShutdownHook(new Thread(termination::stop, "losswatch-stop"));
    return termination;
  }

  /** Runs an action when the process is asked to stop, on the thread that the request comes on. */
  void onSignal(Runnable action) {
    CompletableFuture<Void> unused = signal.thenRun(action);
  }

  /** Waits for the request. */
  void join() {
    signal.join();
  }

  @Override
  public void close() {
    closed.complete(null);
  }

  private void stop() {
    if (closed.isDone()) {
      return;
    }
    signal.complete(null);
    Runtime.getRuntime().halt(isClosedInTime() ? 0 : 1);
  }

  private boolean isClosedInTime() {
    try {
      closed.get(SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
