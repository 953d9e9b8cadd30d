package io.losswatch.stream;

import io.losswatch.stream.consume.Consuming;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.fold.LateTally;
import io.losswatch.stream.fold.PaneMemory;
import io.losswatch.stream.fold.Tally;
import io.losswatch.stream.publish.Settled;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Adds up what both hops have committed, and remembers how their lanes stand. Thread-safe. */
final class StreamCounter {
  private static final Consuming.Pauses NO_PAUSES = new Consuming.Pauses(0, 0);

  private final Tally total = new Tally();
  private final Map<HopName, Lanes> lanes = new EnumMap<>(HopName.class);
  private Consuming.Pauses pauses = NO_PAUSES;
  private long restarts;

  /** Which of the two. */
  enum HopName {
    EVALUATE,
    ROLL
  }

  /** The lanes of one hop, from its start to its end. */
  private static final class Lanes {
    private final Map<SourcePartition, Stood> standings = new HashMap<>();
    private Supplier<Consuming.Pauses> pauses = () -> NO_PAUSES;

    void stand(Settled settled) {
      SourcePartition source = settled.unit().lane().source();
      long epoch = settled.unit().lane().epoch();
      Stood before = standings.get(source);
      Tally.@Nullable Standing now = settled.unit().tally().standing();
      if (before != null && before.epoch() > epoch) {
        return;
      }
      if (settled.unit().last()) {
        standings.remove(source);
      } else if (settled.committed() && now != null) {
        standings.put(source, new Stood(epoch, now));
      }
    }

    <T> Map<SourcePartition, T> read(Function<Stood, T> as) {
      Map<SourcePartition, T> read = new HashMap<>();
      standings.forEach((source, stood) -> read.put(source, as.apply(stood)));
      return read;
    }
  }

  private record Stood(long epoch, Tally.Standing standing) {
    StreamCounts.Source source() {
      Tally.Waiting waiting = standing.waiting();
      return new StreamCounts.Source(
          watermark(),
          standing.idle(),
          new StreamCounts.Waiting(waiting.batches(), waiting.labels(), waiting.bytes()));
    }

    StreamCounts.Roll roll() {
      return new StreamCounts.Roll(watermark(), standing.series(), standing.panes(), epoch);
    }

    private Optional<Instant> watermark() {
      return standing.watermark() == PaneMemory.SILENT
          ? Optional.empty()
          : Optional.of(Instant.ofEpochMilli(standing.watermark()));
    }
  }

  /** The clients of a hop are open. */
  synchronized void started(HopName hop, Supplier<Consuming.Pauses> pausesOfIt) {
    lanes(hop).pauses = pausesOfIt;
  }

  /** They are closed: what its lanes said of themselves holds no more. */
  synchronized void ended(HopName hop) {
    pauses = pauses.plus(lanes(hop).pauses.get());
    lanes.remove(hop);
  }

  synchronized void count(HopName hop, Settled settled) {
    if (settled.committed()) {
      total.add(settled.unit().tally());
    }
    lanes(hop).stand(settled);
  }

  synchronized void restarted() {
    restarts++;
  }

  synchronized LateLabelCounts lateLabelCounts() {
    LateTally late = total.lateLabels();
    return new LateLabelCounts(
        late.waiting(),
        late.joined(),
        late.evicted(),
        late.expired(),
        new LateLabelCounts.Duplicates(late.duplicateLabels(), late.duplicateBatches()));
  }

  synchronized StreamCounts counts() {
    return new StreamCounts(
        new StreamCounts.Input(
            total.records(), total.samples(), total.unlabeled(), total.late(), total.skipped()),
        total.refused(),
        output(),
        new StreamCounts.Standing(
            lanes(HopName.EVALUATE).read(Stood::source), lanes(HopName.ROLL).read(Stood::roll)),
        interruptions());
  }

  private StreamCounts.Output output() {
    return new StreamCounts.Output(
        new StreamCounts.Windows(
            total.windows(), total.revisions(), total.finals(), total.closings()),
        new StreamCounts.Other(total.overflowSamples(), total.overflowDeltas()),
        total.misplaced(),
        total.repeated());
  }

  private StreamCounts.Interruptions interruptions() {
    Consuming.Pauses all = pauses;
    for (Lanes hop : lanes.values()) {
      all = all.plus(hop.pauses.get());
    }
    return new StreamCounts.Interruptions(all.backPressure(), all.skew(), restarts);
  }

  private Lanes lanes(HopName hop) {
    return lanes.computeIfAbsent(hop, none -> new Lanes());
  }
}
