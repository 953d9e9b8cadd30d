package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ExpectedLossesTest {
  @Test
  void sums_ofTwoBatches_areThoseByHand() {
    ExpectedLosses expected = new ExpectedLosses(5_000);
    expected.add(shipment("eu", "phone", 10_000, 1, 2));
    expected.add(shipment("eu", "kiosk", 14_999, 3));
    expected.add(shipment("us", "phone", 15_000, 4));
    assertThat(expected.sums())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                key("", 10_000), new ExpectedLosses.Sum(3, 14),
                key("region=eu", 10_000), new ExpectedLosses.Sum(3, 14),
                key("device=phone,region=eu", 10_000), new ExpectedLosses.Sum(2, 5),
                key("device=kiosk,region=eu", 10_000), new ExpectedLosses.Sum(1, 9),
                key("", 15_000), new ExpectedLosses.Sum(1, 16),
                key("region=us", 15_000), new ExpectedLosses.Sum(1, 16),
                key("device=phone,region=us", 15_000), new ExpectedLosses.Sum(1, 16)));
    assertThat(expected.sums().get(key("device=phone,region=eu", 10_000)).mean()).isEqualTo(2.5);
  }

  @Test
  void flaws_ofBadRecords_countAsDeadLettersOnly() {
    ExpectedLosses expected = new ExpectedLosses(5_000);
    expected.add(Shipment.bad("k", new byte[0], Flaw.TRUNCATED));
    expected.add(Shipment.bad("k", new byte[0], Flaw.WRONG_KIND));
    expected.add(Shipment.bad("k", new byte[0], Flaw.TRUNCATED));
    assertThat(expected.sums()).isEmpty();
    assertThat(expected.deadLetters())
        .containsExactlyEntriesOf(new TreeMap<>(Map.of("malformed-record", 2L, "wrong-kind", 1L)));
  }

  /** A batch of diabetes whose losses are the squares of these errors. */
  private static Shipment shipment(String region, String device, long millis, double... errors) {
    List<Long> shape = List.of((long) errors.length);
    Answer answer =
        new Answer(
            Task.DIABETES,
            Numbers.fp32(shape, errors),
            Numbers.fp32(shape, new double[errors.length]));
    return Shipment.good("k", new byte[0], new LabelledBatch(answer, region, device, millis));
  }

  private static WindowKey key(String slice, long startMillis) {
    return new WindowKey("diabetes-mse/diabetes/1/" + slice, startMillis);
  }
}
