package io.losswatch.stream;

import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.fold.LateEvents;
import io.losswatch.stream.fold.LateTally;
import io.losswatch.stream.fold.NaiveJoin;
import io.losswatch.stream.publish.TransactionUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The naive join of a lane: it sees what is committed, in the order in which it was folded, and
 * nothing else.
 */
final class NaiveLane {
  private final SimulatedBroker broker;
  private final NaiveJoin join;
  private final Map<Long, LateEvents.Event> predictions = new HashMap<>();
  private final Map<Long, LateEvents.Event> labels = new HashMap<>();
  private final List<String> order = new ArrayList<>();
  private List<Long> counts = List.of(0L, 0L, 0L, 0L, 0L, 0L);

  NaiveLane(SimulatedBroker broker, Supplier<NaiveJoin> join) {
    this.broker = broker;
    this.join = join.get();
  }

  NaiveJoin join() {
    return join;
  }

  /** What the lane itself has counted, as {@link NaiveJoin.Fates#counts}. */
  List<Long> counts() {
    return counts;
  }

  /** Positions of all that is committed, in the order in which it was folded. */
  List<String> order() {
    return order;
  }

  /** This is sent. */
  void expect(boolean ofLabels, long offset, LateEvents.Event event) {
    (ofLabels ? labels : predictions).put(offset, event);
  }

  /** A lane begins from the committed state. */
  SimulatedLane.Witness begin() {
    return new Reading();
  }

  private record Folded(Portion portion, boolean ofLabels) {}

  /** What a lane has folded since its last cut. Mutable; owned by the lane. */
  private final class Reading implements SimulatedLane.Witness {
    private List<Folded> open = new ArrayList<>();

    @Override
    public void folding(Portion portion) {
      open.add(new Folded(portion, false));
    }

    @Override
    public void foldingLabels(Portion portion) {
      open.add(new Folded(portion, true));
    }

    @Override
    public void cut(TransactionUnit unit) {
      if (unit.records().isEmpty()) {
        // a unit that writes nothing keeps nothing
        return;
      }
      List<Folded> cut = open;
      open = new ArrayList<>();
      broker.witness(
          unit.records().get(unit.records().size() - 1),
          () -> commit(cut, unit.tally().lateLabels()));
    }
  }

  private void commit(List<Folded> cut, LateTally told) {
    cut.forEach(this::see);
    List<Long> added =
        List.of(
            told.waiting(),
            told.joined(),
            told.expired(),
            told.evicted(),
            told.duplicateLabels(),
            told.duplicateBatches());
    List<Long> sums = new ArrayList<>();
    for (int i = 0; i < added.size(); i++) {
      sums.add(counts.get(i) + added.get(i));
    }
    counts = sums;
  }

  private void see(Folded folded) {
    long now = folded.portion().wallClockMillis();
    for (SourceRecord record : folded.portion().records()) {
      order.add(record.position());
      LateEvents.@Nullable Event event =
          (folded.ofLabels() ? labels : predictions).get(record.offset());
      if (event == null) {
        join.pass(folded.ofLabels(), record.timestampMillis(), now);
      } else {
        join.see(event, now);
      }
    }
    if (folded.portion().idle()) {
      join.idle(folded.ofLabels(), now);
    }
  }
}
