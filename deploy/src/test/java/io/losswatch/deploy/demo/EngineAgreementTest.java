package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.loss.Losses;
import io.losswatch.schemas.codec.LogitBatchReader;
import io.losswatch.schemas.codec.WriterSchemas;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What goes over the wire, read by the service's own decoder and evaluated by its engine. */
class EngineAgreementTest {
  private static final int SHIPMENTS = Traffic.FLAWED_EVERY * Flaw.values().length;

  private final LogitBatchReader reader = new LogitBatchReader(WriterSchemas.builtIn());
  private final LossBuffer buffer = new LossBuffer();

  /** The kernels' bound: 5e-7 of a loss, 1e-7 near zero. */
  @Test
  void engine_onEveryBatch_hasTheDemosOwnLosses() {
    Traffic traffic = new Traffic(Demo.feeds(), "eu", 5);
    for (int i = 0; i < SHIPMENTS; i++) {
      Shipment shipment = traffic.next(i, i > SHIPMENTS / 2);
      shipment.batch().ifPresent(batch -> assertAgrees(shipment, PlainLosses.of(batch.answer())));
    }
  }

  @Test
  void engine_onEveryFlaw_refusesForItsReason() {
    Traffic traffic = new Traffic(Demo.feeds(), "eu", 5);
    Map<Flaw, Reason> refusals = new EnumMap<>(Flaw.class);
    for (int i = 0; i < SHIPMENTS; i++) {
      Shipment shipment = traffic.next(i, false);
      shipment
          .flaw()
          .ifPresent(flaw ->
              refusals.put(
                  flaw,
                  catchThrowableOfType(
                          RefusedException.class, () -> evaluate(shipment, Task.DIGITS))
                      .reason()));
    }
    assertThat(refusals).hasSize(Flaw.values().length);
    assertThat(refusals).allSatisfy((flaw, reason) -> assertThat(reason).isEqualTo(flaw.reason()));
  }

  private void assertAgrees(Shipment shipment, double[] expected) {
    evaluate(shipment, shipment.batch().orElseThrow().answer().task());
    assertThat(buffer.size()).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(buffer.losses()[i] / buffer.weights()[i])
          .isCloseTo(expected[i], within(Math.max(5e-7 * expected[i], 1e-7)));
    }
  }

  private void evaluate(Shipment shipment, Task task) {
    Losses.of(task.loss(), Map.of())
        .samples(reader.read(shipment.value(), 0, shipment.value().length), buffer);
  }
}
