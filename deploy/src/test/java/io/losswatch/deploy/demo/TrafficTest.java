package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.codec.LogitBatchReader;
import io.losswatch.schemas.codec.WriterSchemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private static final List<Feed> FEEDS = Demo.feeds();

  private final LogitBatchReader reader = new LogitBatchReader(WriterSchemas.builtIn());

  @Test
  void traffic_ofTheSameSeed_isTheSameByteForByte() {
    Traffic one = new Traffic(FEEDS, "eu", 3);
    Traffic other = new Traffic(FEEDS, "eu", 3);
    for (int i = 0; i < 200; i++) {
      boolean drifting = i > 100;
      assertThat(one.next(1_000 + i, drifting).value())
          .isEqualTo(other.next(1_000 + i, drifting).value());
    }
  }

  @Test
  void traffic_ofAnotherSeed_isAnother() {
    assertThat(new Traffic(FEEDS, "eu", 3).next(0, false).value())
        .isNotEqualTo(new Traffic(FEEDS, "eu", 4).next(0, false).value());
  }

  @Test
  void batches_ofAllTasks_areReadAsTheyWereMade() {
    for (Shipment shipment : shipments(400)) {
      if (shipment.flaw().isPresent()) {
        continue;
      }
      LabelledBatch sent = shipment.batch().orElseThrow();
      Batch read = read(shipment);
      assertThat(read.header().model()).isEqualTo(sent.answer().task().model());
      assertThat(read.header().eventTimeMillis()).hasValue(sent.eventTimeMillis());
      assertThat(read.header().tags())
          .containsEntry("region", "eu")
          .containsEntry("device", sent.device());
      assertThat(read.predictions().values().shape().extent(0))
          .isEqualTo(sent.answer().predictions().rows())
          .isBetween(1L, 32L);
      assertThat(read.predictions().values().shape().elementCount())
          .isEqualTo(sent.answer().predictions().size());
    }
  }

  @Test
  void batches_ofAllTasks_comeEquallyOftenFromAllDevices() {
    Set<String> devices = new HashSet<>();
    int[] counts = new int[Task.values().length];
    for (Shipment shipment : shipments(400)) {
      shipment
          .batch()
          .ifPresent(batch -> {
            counts[batch.answer().task().ordinal()]++;
            devices.add(batch.device());
          });
    }
    assertThat(Arrays.stream(counts))
        .allMatch(count -> count >= 400 / 4 - 400 / Traffic.FLAWED_EVERY);
    assertThat(devices).containsExactlyInAnyOrder("phone", "kiosk");
  }

  @Test
  void flaws_inTurn_areRefusedForTheirReasonWhereTheReaderCanTell() {
    Set<Flaw> seen = EnumSet.noneOf(Flaw.class);
    for (Shipment shipment : shipments(Traffic.FLAWED_EVERY * Flaw.values().length)) {
      shipment
          .flaw()
          .filter(flaw -> seen.add(flaw) && isSeenByReader(flaw))
          .ifPresent(flaw -> assertThat(refusal(shipment)).isEqualTo(flaw.reason()));
    }
    assertThat(seen).containsExactlyInAnyOrder(Flaw.values());
  }

  /** The others are well-formed; only the loss can refuse them. */
  private static boolean isSeenByReader(Flaw flaw) {
    return flaw != Flaw.LABEL_OUT_OF_RANGE && flaw != Flaw.WRONG_KIND;
  }

  private Reason refusal(Shipment shipment) {
    return catchThrowableOfType(RefusedException.class, () -> read(shipment)).reason();
  }

  private Batch read(Shipment shipment) {
    return reader.read(shipment.value(), 0, shipment.value().length);
  }

  private static List<Shipment> shipments(int count) {
    Traffic traffic = new Traffic(FEEDS, "eu", 3);
    List<Shipment> shipments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      shipments.add(traffic.next(1_000L + i, false));
    }
    return shipments;
  }
}
