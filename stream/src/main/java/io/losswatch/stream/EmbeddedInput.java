package io.losswatch.stream;

import io.losswatch.core.batch.Batch;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.Portion.OffsetRange;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.decode.Decoded;
import io.losswatch.stream.decode.DecodedPortion;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * Gives the batches of an embedded stream their places and times. Thread-safe: batches and the
 * timer's ticks meet here.
 */
final class EmbeddedInput {
  private static final SourcePartition SOURCE = new SourcePartition("embedded", 0);
  private static final SourceRecord.Content NO_CONTENT = new SourceRecord.Content(null, List.of());

  private final long idleAfterMillis;
  private final Scheduler timer;
  private final AtomicLong nextIndex = new AtomicLong();
  private final AtomicLong lastMillis;

  EmbeddedInput(Duration idleAfter, Scheduler timer) {
    this.idleAfterMillis = idleAfter.toMillis();
    this.timer = timer;
    this.lastMillis = new AtomicLong(nowMillis());
  }

  /** Wall clock, as the timer has it. */
  long nowMillis() {
    return timer.now(TimeUnit.MILLISECONDS);
  }

  DecodedPortion<Batch> portion(Batch batch) {
    long index = nextIndex.getAndIncrement();
    long nowMillis = nowMillis();
    lastMillis.set(nowMillis);
    SourceRecord record = new SourceRecord(SOURCE, index, nowMillis, null, NO_CONTENT);
    Portion portion =
        new Portion(List.of(record), new OffsetRange(index, index + 1), nowMillis, false, 0);
    return new DecodedPortion<>(portion, List.of(new Decoded<>(record, batch, null)));
  }

  /** What to tell the windows if nothing has come for so long; null if something has. */
  @Nullable DecodedPortion<Batch> silence() {
    long nowMillis = nowMillis();
    if (nowMillis - lastMillis.get() < idleAfterMillis) {
      return null;
    }
    long index = nextIndex.get();
    return new DecodedPortion<>(
        new Portion(List.of(), new OffsetRange(index, index), nowMillis, true, 0), List.of());
  }
}
