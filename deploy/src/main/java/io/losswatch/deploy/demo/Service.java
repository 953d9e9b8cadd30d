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
  private final Disposable running;

  private Service(LossStream stream) {
    this.running =
        stream
            .run()
            .doFinally(signal -> ended.countDown())
            .subscribe(
                nothing -> {},
                failure::set,
                () -> failure.set(new IllegalStateException("the service ended by itself")));
  }

  static Service start(StreamSettings settings) {
    return new Service(LossStream.of(settings));
  }

  /** Why it ended before it was told to. */
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  @Override
  public void close() {
    running.dispose();
    try {
      ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
