package io.losswatch.deploy.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.JsonRecords;
import io.losswatch.schemas.codec.RecordCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TailLinesTest {
  private static final RecordCodec<RollingLoss> CODEC = RecordCodec.of(RollingLoss.class);

  private final TailLines lines = new TailLines();

  @Test
  void line_ofALoss_hasItsColumns() {
    assertThat(lines.line(CODEC.encode(loss(0, 0.25))))
        .isEqualTo(
            "ce/digits/3/region=eu     rolling:5m/10s   2023-11-14T22:13:20Z      0.2500 ±"
                + " 0.0100       1,234  r2 final                    ▁");
  }

  @Test
  void line_ofJson_isThatOfAvro() {
    assertThat(lines.line(JsonRecords.write(loss(0, Double.NaN))))
        .isEqualTo(new TailLines().line(CODEC.encode(loss(0, Double.NaN))))
        .contains("NaN");
  }

  @Test
  void sparkline_ofASeries_growsWithTimeAndReplacesRevisions() {
    lines.line(CODEC.encode(loss(0, 1)));
    lines.line(CODEC.encode(loss(1, 9)));
    assertThat(lines.line(CODEC.encode(loss(1, 2)))).endsWith(" ▁█");
    assertThat(lines.line(CODEC.encode(loss(2, 1)))).endsWith(" ▁█▁");
  }

  @Test
  void sparkline_ofAnotherSeries_isItsOwn() {
    lines.line(CODEC.encode(loss(0, 1)));

    RollingLoss other = loss(1, 2);
    other.setMonitor("other");

    assertThat(lines.line(CODEC.encode(other))).endsWith("  ▁");
  }

  @Test
  void value_thatIsNoLoss_isRefused() {
    byte[] json = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> lines.line(json)).isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> lines.line(new byte[] {1, 2})).isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> lines.line(null)).isInstanceOf(RefusedException.class);
  }

  private static RollingLoss loss(int minute, double mean) {
    Instant end = Instant.ofEpochSecond(1_700_000_000L).plusSeconds(60L * minute);
    return RollingLoss.newBuilder()
        .setMonitor("ce")
        .setModel("digits")
        .setVersion("3")
        .setSlice(Map.of("region", "eu"))
        .setLoss("cross_entropy")
        .setWindow("rolling:5m/10s")
        .setWindowStart(end.minusSeconds(300))
        .setWindowEnd(end)
        .setMean(mean)
        .setSum(1)
        .setWeight(1)
        .setCount(1234)
        .setIgnored(0)
        .setNanCount(0)
        .setInfCount(0)
        .setLateCount(0)
        .setUnlabeledCount(0)
        .setMin(0)
        .setMax(1)
        .setStddev(1)
        .setStderr(0.01)
        .setRevision(2)
        .setIsFinal(true)
        .setWatermark(end)
        .setEmittedAt(end)
        .build();
  }
}
