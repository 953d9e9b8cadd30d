package io.losswatch.deploy.audit;

import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PartialEntry;
import io.losswatch.stream.consume.SourcePartition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Whether the ranges that the partials tell of one source partition tile it. Mutable; one thread.
 *
 * <p>A range is told in those partials partitions for which it holds something, and in each of them
 * once, chunk by chunk. It is judged when all of them have told what lies behind it, so what is
 * held is about what a source counts between two crossings of its watermark.
 */
final class SourceAudit {
  private static final long NOWHERE = -1;

  private final SourcePartition source;
  private final SourceRecords records;
  private final Extent extent;
  private final RangeJudge recount;
  private final Subject subject;
  private final Findings findings;
  private final Map<Integer, Progress> progress = new HashMap<>();
  private final TreeMap<Long, Range> open = new TreeMap<>();
  private long tiledUntil = NOWHERE;

  /**
   * What is known beside the partials.
   *
   * @param partialsPartitions that tell of the source
   * @param committed by the consumer group: all before it must be counted
   * @param excuse why the first offsets may be in no range; empty: they may not
   */
  record Extent(int partialsPartitions, OptionalLong committed, String excuse) {}

  SourceAudit(
      SourcePartition source,
      SourceRecords records,
      Extent extent,
      RangeJudge recount,
      Findings findings) {
    this.source = source;
    this.records = records;
    this.extent = extent;
    this.recount = recount;
    this.findings = findings;
    this.subject = findings.source(source);
  }

  /**
   * Takes note of the next batch of a partials partition.
   *
   * @param position of the batch, for messages
   */
  void tell(int partialsPartition, String position, PartialBatch batch) {
    Progress last = progress.getOrDefault(partialsPartition, Progress.NONE);
    if (!last.isFollowedBy(batch)) {
      refute(batch, again(last, position, batch));
      return;
    }
    if (batch.getChunk() == 0 && !last.isComplete()) {
      refute(batch, incomplete(last, position));
    }
    progress.put(partialsPartition, last.after(batch));
    if (batch.getToOffset() > batch.getFromOffset()) {
      hold(position, batch);
    }
    judge(passed());
  }

  private static String again(Progress last, String position, PartialBatch batch) {
    return batch.getChunk() == 0
        ? "offsets [%d, %d) are told again in %s: all before %d was told"
            .formatted(batch.getFromOffset(), batch.getToOffset(), position, last.to())
        : "chunk %d of %d of offsets [%d, %d) in %s does not follow on chunk %d of [%d, %d)"
            .formatted(
                batch.getChunk(),
                batch.getChunks(),
                batch.getFromOffset(),
                batch.getToOffset(),
                position,
                last.nextChunk() - 1,
                last.from(),
                last.to());
  }

  private static String incomplete(Progress last, String position) {
    return "offsets [%d, %d) lack chunk %d of %d before %s"
        .formatted(last.from(), last.to(), last.nextChunk(), last.chunks(), position);
  }

  private void hold(String position, PartialBatch batch) {
    Range known = open.get(batch.getFromOffset());
    if (known == null || known.to() != batch.getToOffset()) {
      Map.Entry<Long, Range> before = open.lowerEntry(batch.getToOffset());
      if (before != null && before.getValue().to() > batch.getFromOffset()) {
        refute(
            batch,
            "offsets [%d, %d) in %s overlap %s"
                .formatted(
                    batch.getFromOffset(), batch.getToOffset(), position, before.getValue()));
        return;
      }
      known = new Range(source, batch);
      open.put(known.from(), known);
    }
    known.tell(batch);
  }

  private void refute(PartialBatch batch, String why) {
    subject.refute(why);
    for (PartialEntry entry : batch.getEntries()) {
      findings.series(entry.getSeries()).refute(source + ": " + why);
    }
  }

  /** Up to where all partials partitions have told what they have to tell. */
  private long passed() {
    if (progress.size() < extent.partialsPartitions()) {
      return 0;
    }
    return progress.values().stream().mapToLong(Progress::completeUntil).min().orElse(0);
  }

  private void judge(long until) {
    while (!open.isEmpty() && open.firstEntry().getValue().to() <= until) {
      judge(open.pollFirstEntry().getValue());
    }
  }

  private void judge(Range range) {
    if (tiledUntil == NOWHERE) {
      tiledUntil = Math.min(records.beginning(), range.from());
      judgeHole(range.from(), extent.excuse());
    } else {
      judgeHole(range.from(), "");
    }
    if (range.from() < records.beginning()) {
      recount.pass(range, records.takeUpTo(range.to()));
      leaveOpen(range);
    } else {
      recount.judge(range, records.takeUpTo(range.to()));
      subject.count(range.to() - range.from());
    }
    tiledUntil = range.to();
  }

  private void leaveOpen(Range range) {
    String why =
        "%s cannot be proved: retention has deleted offsets %d..%d"
            .formatted(range, range.from(), Math.min(range.to(), records.beginning()) - 1);
    subject.leaveOpen(why);
    range.told().keySet().forEach(key -> findings.series(key.series()).leaveOpen(why));
  }

  /** What no range holds must hold no record. */
  private void judgeHole(long until, String excuse) {
    if (tiledUntil < Math.min(until, records.beginning())) {
      subject.leaveOpen(
          "cannot be proved: retention has deleted offsets %d..%d, which are in no range"
              .formatted(tiledUntil, Math.min(until, records.beginning()) - 1));
    }
    if (tiledUntil < until) {
      judgeLost(records.takeUpTo(until), until, excuse);
    }
  }

  private void judgeLost(List<Recounted> lost, long until, String excuse) {
    if (lost.isEmpty()) {
      return; // markers of transactions, or records that compaction has deleted
    }
    String why =
        "offsets [%d, %d) are in no range, the first record of them is %s@%d"
            .formatted(tiledUntil, until, source, lost.get(0).offset());
    if (excuse.isEmpty()) {
      subject.refute(why);
      lost.forEach(record -> record.shares().forEach(share -> series(share).refute(why)));
    } else {
      String open = "cannot be proved: " + why + "; " + excuse;
      subject.leaveOpen(open);
      lost.forEach(record -> record.shares().forEach(share -> series(share).leaveOpen(open)));
    }
  }

  private Subject series(Recounted.Share share) {
    return findings.series(share.key().series());
  }

  /** The partials have been read to their end. */
  void finish() {
    progress.forEach((partition, last) -> {
      if (!last.isComplete()) {
        subject.refute(incomplete(last, "the end of partition " + partition + " of the partials"));
      }
    });
    judge(Long.MAX_VALUE);
    if (tiledUntil == NOWHERE) {
      tiledUntil = records.beginning();
    }
    if (extent.committed().isPresent()) {
      judgeHole(extent.committed().getAsLong(), "");
    } else {
      subject.leaveOpen("cannot be proved: the consumer group has no committed offset of it");
    }
  }
}
