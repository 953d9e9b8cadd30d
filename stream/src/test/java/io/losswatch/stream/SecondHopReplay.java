package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.window.Series;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.LaneStart;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.publish.TransactionUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import reactor.core.publisher.Flux;

/**
 * Law: what hop 2 publishes depends on the partials' log and on nothing else. So one lane that
 * reads it from its start, undisturbed, publishes the same, series by series.
 */
final class SecondHopReplay {
  private static final RecordCodec<RollingLoss> LOSSES = RecordCodec.of(RollingLoss.class);

  private final Simulation simulation;

  SecondHopReplay(Simulation simulation) {
    this.simulation = simulation;
  }

  void check() {
    Map<String, List<String>> replayed = new HashMap<>();
    for (int partition = 0; partition < simulation.partials(); partition++) {
      replay(partition).forEach(loss -> put(replayed, loss));
    }
    Map<String, List<String>> published = new HashMap<>();
    simulation.broker().outputs().forEach(loss -> put(published, loss));
    assertThat(published).as("what an undisturbed hop 2 publishes").isEqualTo(replayed);
  }

  /** As text: Avro does not compare maps. */
  private static void put(Map<String, List<String>> to, RollingLoss loss) {
    to.computeIfAbsent(series(loss), none -> new ArrayList<>()).add(loss.toString());
  }

  private List<RollingLoss> replay(int partition) {
    SimulatedStages.Roll roll = simulation.roll();
    Lane lane = Lane.unowned(new SourcePartition(SimulatedBroker.PARTIALS, partition));
    SimulatedSide side = new SimulatedSide(simulation.broker(), lane);
    int from = side.begin(OptionalLong.empty());
    List<RollingLoss> losses = new ArrayList<>();
    roll.units(lane, roll.memory(), new LaneStart(from, 0), lane.portions(from), Flux.empty())
        .subscribe(unit -> losses.addAll(losses(unit)));
    side.poll(Integer.MAX_VALUE, 0, false);
    side.revoke();
    return losses;
  }

  private static List<RollingLoss> losses(TransactionUnit unit) {
    List<RollingLoss> losses = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> record : unit.records()) {
      if (record.topic().equals(SimulatedBroker.OUTPUT)) {
        losses.add(LOSSES.decode(record.value(), 0, record.value().length));
      }
    }
    return losses;
  }

  /** Key of a window's series. */
  static String series(RollingLoss loss) {
    return new Series(
            loss.getMonitor(), loss.getModel(), loss.getVersion(), new TreeMap<>(loss.getSlice()))
        .key();
  }
}
