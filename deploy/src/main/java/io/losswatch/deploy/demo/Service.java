package io.losswatch.deploy.demo;

import io.losswatch.stream.LossStream;
import io.losswatch.stream.StreamSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.Disposable;

/** losswatch itself, both hops, running beside the demo as it would anywhere. */
final class Service implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final LossStream stream;
  private final Disposable running;
  private volatile boolean isClosing;

  private Service(LossStream stream) {
    this.stream = stream;
    this.running =
        stream
            .run()
            .doFinally(signal -> ended.countDown())
            .subscribe(nothing -> {}, failure::set, this::completed);
  }

  /** Makes the topics that are missing and starts. */
  static Service start(StreamSettings settings) {
    LossStream.createTopics(settings);
    return new Service(LossStream.of(settings));
  }

  /** What it runs. */
  LossStream stream() {
    return stream;
  }

  /** Why it ended before it was told to. */
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  /** Stops it in good order, or at once when that takes too long. */
  @Override
  public void close() {
    isClosing = true;
    stream.stop();
    try {
      ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      running.dispose();
    }
  }

  private void completed() {
    if (!isClosing) {
      failure.set(new IllegalStateException("the service ended by itself"));
    }
  }
}
