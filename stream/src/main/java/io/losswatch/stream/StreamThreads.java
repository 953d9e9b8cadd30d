package io.losswatch.stream;

import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The threads of a stream that belong to no client. Whoever makes them disposes of them. */
final class StreamThreads {
  private static final int MAX_BLOCKING = 8;
  private static final int MAX_QUEUED = 100_000;

  private final Scheduler lanes;
  private final Scheduler blocking;

  StreamThreads(String name) {
    lanes =
        Schedulers.newParallel(name + "-lane", Runtime.getRuntime().availableProcessors(), true);
    blocking = Schedulers.newBoundedElastic(MAX_BLOCKING, MAX_QUEUED, name + "-blocking", 30, true);
  }

  /** Where lanes compute: a thread a core. */
  Scheduler lanes() {
    return lanes;
  }

  /** Where clients are opened and memories restored. */
  Scheduler blocking() {
    return blocking;
  }

  void dispose() {
    lanes.dispose();
    blocking.dispose();
  }
}
