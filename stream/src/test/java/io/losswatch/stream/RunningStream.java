package io.losswatch.stream;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;

/** An instance of the stream in the JVM of the test. */
final class RunningStream implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final LossStream stream;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Disposable running;

  private RunningStream(LossStream stream) {
    this.stream = stream;
    this.running = stream.run().subscribe(none -> {}, this::fail, () -> ended.complete(null));
  }

  private void fail(Throwable failure) {
    System.out.println("the stream ends: " + failure);
    ended.completeExceptionally(failure);
  }

  static RunningStream start(StreamSettings settings, Clock clock) {
    return new RunningStream(LossStream.of(settings, clock));
  }

  static RunningStream start(StreamSettings settings) {
    return start(settings, Clock.systemUTC());
  }

  StreamCounts counts() {
    return stream.counts();
  }

  /** Finishes and commits what it has read. */
  void stop() {
    stream.stop();
    ended.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** What ends it by itself; waits for it. */
  Throwable failure() {
    try {
      ended.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      return e.getCause();
    }
    throw new AssertionError("the stream ended without an error");
  }

  /** Drops everything in the middle; a member of a static membership does not even say so. */
  void cut() {
    running.dispose();
  }

  @Override
  public void close() {
    cut();
  }
}
