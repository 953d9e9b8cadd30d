package io.losswatch.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What is made of measurements. */
class BenchReportTest {
  private static final BenchOptions.Amount AMOUNT = new BenchOptions.Amount(4_000_000, 600);
  private static final long SECOND = 1_000_000_000;
  private static final BenchOptions.Turns TURNS = new BenchOptions.Turns(8, 3, 10);
  private static final BenchOptions.Load LOAD =
      new BenchOptions.Load(AMOUNT, 6, 20, "fp32", "none");
  private static final BenchOptions.Readers READERS = new BenchOptions.Readers("classic", 1);
  private static final BenchOptions OPTIONS =
      new BenchOptions(List.of(BatchSize.MEDIUM), TURNS, LOAD, READERS);
  private static final BenchTopic TOPIC = new BenchTopic("t", BatchSize.MEDIUM, 6, 100, 4_000_000);

  private static Measurement round(double bytesPerSecond) {
    return new Measurement(
        bytesPerSecond, new Measurement.Cpu(2, 0.25), 1.1, 30, 5_000_000, List.of(1e6, 2e6, 3e6));
  }

  private static BenchReport report(List<Long> latency) {
    return new BenchReport(
        new BenchReport.Host("a cpu", 2, "17", "vector", "2026-01-01T00:00:00Z"),
        OPTIONS,
        List.of(
            new BenchReport.Size(
                TOPIC,
                List.of(round(8e6), round(4e6), round(6e6)),
                List.of(round(1e6), round(9e6), round(3e6)),
                latency)));
  }

  @Test
  void pace_leavesOutHowLongTheFirstRecordsTook() {
    Progress progress = new Progress(0);
    progress.at(5 * SECOND, 0);
    progress.at(9 * SECOND, 100);
    progress.at(10 * SECOND, 100);
    progress.at(11 * SECOND, 500);

    assertThat(progress.recordsPerSecond(11 * SECOND)).isEqualTo(200);
    assertThat(progress.recordsPerSecond(13 * SECOND)).as("windows took longer").isEqualTo(100);
  }

  @Test
  void pace_ofAllInOneGo_countsFromTheStart() {
    Progress progress = new Progress(SECOND);
    progress.at(3 * SECOND, 100);

    assertThat(progress.recordsPerSecond(6 * SECOND)).isEqualTo(20);
    assertThat(progress.counted()).isEqualTo(100);
    assertThat(progress.curve()).hasSize(40);
  }

  @Test
  void curve_hasTheAreaOfAllRecordsAndItsSteps() {
    Progress progress = new Progress(0);
    progress.at(0, 100);
    progress.at(2 * SECOND, 300);
    progress.at(4 * SECOND, 1100);
    List<Double> curve = progress.curve();

    assertThat(curve).hasSize(40);
    assertThat(curve.stream().mapToDouble(Double::doubleValue).sum() * 4 / 40)
        .isCloseTo(1000, within(1e-6));
    assertThat(curve.get(3)).isCloseTo(100, within(1e-6));
    assertThat(curve.get(36)).isCloseTo(400, within(1e-6));
  }

  @Test
  void ratio_isOfMedians() {
    BenchReport.Size size = report(List.of()).sizes().get(0);

    assertThat(size.ratio()).isEqualTo(0.5);
    assertThat(size.samplesPerSecond()).isEqualTo(3e6 / 40_000 * 10);
    assertThat(size.logitsPerSecond()).isEqualTo(3e6 / 40_000 * 10_000);
    assertThat(BenchReport.typical(size.service()).bytesPerSecond()).isEqualTo(3e6);
    assertThat(BenchReport.median(List.of(round(1), round(4)), Measurement::bytesPerSecond))
        .isEqualTo(2.5);
  }

  @Test
  void quantile_isANumberThatWasMeasured() {
    List<Long> sorted = List.of(1L, 2L, 3L, 4L);

    assertThat(BenchReport.quantile(sorted, 0.5)).isEqualTo(2);
    assertThat(BenchReport.quantile(sorted, 0.51)).isEqualTo(3);
    assertThat(BenchReport.quantile(sorted, 0.99)).isEqualTo(4);
    assertThat(BenchReport.quantile(sorted, 0)).isEqualTo(1);
  }

  @Test
  void lines_showMediansRatioAndLatency() {
    StringWriter out = new StringWriter();
    BenchLines.print(report(List.of(100L, 200L, 900L)), new PrintWriter(out));

    assertThat(out.toString())
        .contains("a cpu, 2 cores, Java 17, kernels: vector, 2026-01-01T00:00:00Z")
        .containsPattern("40 KB  bare +6 ")
        .containsPattern(" +service +3 +0\\.50 .* 2\\.00 +0\\.25 ")
        .contains("40 KB: a window is readable 200 ms (median), 900 ms (p99)");
  }

  @Test
  void json_hasMediansAndEveryRound() throws IOException {
    StringWriter out = new StringWriter();
    BenchLines.printJson(report(List.of(100L, 200L, 900L)), new PrintWriter(out));
    JsonNode size = new ObjectMapper().readTree(out.toString()).path("sizes").path(0);

    assertThat(size.path("batch").asText()).isEqualTo("40kb");
    assertThat(size.path("ratio").asDouble()).isEqualTo(0.5);
    assertThat(size.path("bare").path("bytes_per_second").asDouble()).isEqualTo(6e6);
    assertThat(size.path("bare").path("broker_cpu_seconds_per_gb").asDouble()).isEqualTo(0.25);
    assertThat(size.path("service").path("bytes_per_second_rounds")).hasSize(3);
    assertThat(size.path("latency_ms").path("p99").asLong()).isEqualTo(900);
    assertThat(size.path("service").path("curve_bytes_per_second")).hasSize(3);
  }

  @Test
  void options_thatMeasureNothing_areRefused() {
    refuses(() -> new BenchOptions(List.of(), TURNS, LOAD, READERS), "size");
    refuses(() -> new BenchOptions.Turns(-1, 3, 10), "warm-ups lies in [0, 100]");
    refuses(() -> new BenchOptions.Turns(8, 0, 10), "rounds lies in [1, 100]");
    refuses(() -> new BenchOptions.Turns(8, 3, -1), "latency");
    refuses(() -> new BenchOptions.Amount(1, 600), "1 MB");
    refuses(() -> new BenchOptions.Amount(4_000_000, 0), "seconds of event time");
    refuses(() -> new BenchOptions.Load(AMOUNT, 0, 20, "fp32", "none"), "partitions");
    refuses(() -> new BenchOptions.Load(AMOUNT, 6, 0, "fp32", "none"), "models");
    refuses(() -> new BenchOptions.Load(AMOUNT, 6, 20, "int8", "none"), "datatype");
    refuses(() -> new BenchOptions.Load(AMOUNT, 6, 20, "fp32", "brotli"), "compression");
    refuses(() -> new BenchOptions.Readers("other", 1), "group protocol");
    refuses(() -> new BenchOptions.Readers("classic", 0), "instances");
  }

  private static void refuses(ThrowingCallable options, String says) {
    assertThatIllegalArgumentException().isThrownBy(options).withMessageContaining(says);
  }
}
