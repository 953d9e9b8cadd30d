package io.losswatch.deploy.cli;

import static io.losswatch.deploy.eval.LogitBatchFiles.batch;
import static io.losswatch.deploy.eval.LogitBatchFiles.doubles;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.losswatch.deploy.eval.LogitBatchFiles;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import io.losswatch.schemas.RollingLoss;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code losswatch eval --windows}. */
class EvalWindowsTest {
  private static final long START = 1_700_000_000_000L;

  @TempDir Path directory;

  /** One sample with this squared error. */
  private static LogitBatch error(long seconds, double squareRoot) {
    LogitBatch batch =
        batch(OutputKind.VALUES, null, doubles(List.of(1L), squareRoot), doubles(List.of(1L), 0.0));
    batch.setEventTime(Instant.ofEpochMilli(START + 1000 * seconds));
    return batch;
  }

  private Shell eval(List<LogitBatch> batches, String... options) throws IOException {
    Path file =
        LogitBatchFiles.write(
            directory.resolve("batches.avro"), batches.toArray(LogitBatch[]::new));
    List<String> arguments = new ArrayList<>(List.of("eval", "--loss", "mse"));
    arguments.addAll(List.of(options));
    arguments.add(file.toString());
    return Shell.run(arguments.toArray(String[]::new));
  }

  private static List<JsonNode> json(Shell shell) throws IOException {
    return new ObjectMapper().readerFor(JsonNode.class).<JsonNode>readValues(shell.out()).readAll();
  }

  /** Window, seconds of its bounds, mean, count, revision, whether final, seconds of watermark. */
  private static String row(JsonNode line) {
    return "%s [%s, %s) %s of %s, revision %s%s at %s"
        .formatted(
            line.path("window").asText(),
            (line.path("window_start").asLong() - START) / 1000,
            (line.path("window_end").asLong() - START) / 1000,
            line.path("mean").asText(),
            line.path("count").asText(),
            line.path("revision").asText(),
            line.path("is_final").asBoolean() ? ", final" : "",
            (line.path("watermark").asLong() - START) / 1000);
  }

  @Test
  void windows_ofAFewRecords_areThoseReckonedByHand() throws IOException {
    List<LogitBatch> batches =
        List.of(error(0, 1), error(5, 3), error(12, 2), error(7, 5), error(40, 1), error(41, 0));

    Shell shell =
        eval(batches, "--windows", "tumbling:10s,rolling:20s/10s", "--allowed-lateness", "15s");

    assertThat(shell.exitCode()).isZero();
    assertThat(json(shell).stream().map(EvalWindowsTest::row))
        .containsExactly(
            "tumbling:10s [0, 10) 5.0 of 2, revision 0 at 12",
            "rolling:20s/10s [-10, 10) 5.0 of 2, revision 0 at 12",
            // the sample of second 7 came at watermark 12, and the next crossing is at 40
            "tumbling:10s [0, 10) 11.666666666666666 of 3, revision 1, final at 40",
            "rolling:20s/10s [-10, 10) 11.666666666666666 of 3, revision 1, final at 40",
            "tumbling:10s [10, 20) 4.0 of 1, revision 0, final at 40",
            "rolling:20s/10s [0, 20) 9.75 of 4, revision 0, final at 40",
            "tumbling:10s [20, 30) NaN of 0, revision 0 at 40",
            "rolling:20s/10s [10, 30) 4.0 of 1, revision 0 at 40",
            "rolling:20s/10s [20, 40) NaN of 0, revision 0 at 40",
            // the end of input
            "tumbling:10s [20, 30) NaN of 0, revision 1, final at 45",
            "rolling:20s/10s [10, 30) 4.0 of 1, revision 1, final at 45",
            "rolling:20s/10s [20, 40) NaN of 0, revision 1, final at 55",
            "tumbling:10s [40, 50) 0.5 of 2, revision 0, final at 65",
            "rolling:20s/10s [30, 50) 0.5 of 2, revision 0, final at 65",
            "rolling:20s/10s [40, 60) 0.5 of 2, revision 0, final at 75");
  }

  @Test
  void average_ofSamplesAHalfLifeApart_weighsTheOlderOneHalf() throws IOException {
    List<JsonNode> lines = json(eval(List.of(error(0, 1), error(80, 2)), "--windows", "ewma:80s"));

    assertThat(lines.stream().map(EvalWindowsTest::row))
        .startsWith("ewma:80s [0, 10) 1.0 of 1, revision 0, final at 80")
        .contains("ewma:80s [80, 90) 3.0 of 1, revision 0, final at 90");
  }

  @Test
  void lastSamples_areInTheOrderOfTheFileWhateverTheirTimes() throws IOException {
    List<LogitBatch> batches =
        List.of(error(500, 1), error(0, 2), error(501, 3), error(502, 4), error(1, 5));

    Shell shell = eval(batches, "--windows", "last:3/2");

    assertThat(shell.exitCode()).isZero();
    assertThat(json(shell).stream().map(EvalWindowsTest::row))
        .as("of five samples the last one fills no window")
        .containsExactly(
            "last:3/2 [0, 500) 2.5 of 2, revision 0, final at 500",
            "last:3/2 [0, 502) 9.666666666666666 of 3, revision 0, final at 501");
  }

  @Test
  void windows_changedLate_areRevisedEveryTenSecondsOfEventTime() throws IOException {
    List<LogitBatch> batches = new ArrayList<>(List.of(error(0, 1)));
    for (int second = 10; second < 40; second++) {
      batches.add(error(second, 1));
      batches.add(error(1, 1));
    }

    assertThat(
            json(eval(batches, "--windows", "tumbling:2s")).stream()
                .map(EvalWindowsTest::row)
                .filter(row -> row.startsWith("tumbling:2s [0, 2)")))
        .containsExactly(
            "tumbling:2s [0, 2) 1.0 of 1, revision 0 at 10",
            "tumbling:2s [0, 2) 1.0 of 11, revision 1 at 20",
            "tumbling:2s [0, 2) 1.0 of 21, revision 2 at 30",
            "tumbling:2s [0, 2) 1.0 of 31, revision 3, final at 62");
  }

  @Test
  void line_ofAWindow_hasTheRecordsFieldsInTheirOrder() throws IOException {
    JsonNode line = json(eval(List.of(error(0, 2)), "--windows", "tumbling:10s")).get(0);

    assertThat(line.fieldNames())
        .toIterable()
        .containsExactlyElementsOf(
            RollingLoss.getClassSchema().getFields().stream().map(Schema.Field::name).toList());
    assertThat(line.path("monitor").asText()).isEqualTo("eval");
    assertThat(line.path("model").asText()).isEqualTo("m");
    assertThat(line.path("slice").isObject()).isTrue();
    assertThat(line.path("loss").asText()).isEqualTo("mse");
    assertThat(line.path("stddev").asText()).isEqualTo("NaN");
    assertThat(line.path("log_likelihood").isNull()).isTrue();
    assertThat(line.path("emitted_at").asLong()).isEqualTo(line.path("watermark").asLong());
  }

  @Test
  void records_thatAreRefused_giveLinesInTheirPlaceAndExitCodeOne() throws IOException {
    LogitBatch timeless = error(0, 1);
    timeless.setEventTime(null);
    LogitBatch farOff = error(0, 1);
    farOff.setEventTime(Instant.ofEpochMilli(1L << 60));
    LogitBatch misshapen = error(1, 1);
    misshapen.setLabels(doubles(List.of(2L), 0.0, 0.0));

    Shell shell =
        eval(
            List.of(error(0, 1), timeless, misshapen, farOff, error(100, 1), error(1, 1)),
            "--windows=tumbling:10s",
            "--allowed-lateness=0s");

    assertThat(shell.exitCode()).isEqualTo(1);
    assertThat(
            json(shell).stream()
                .map(line ->
                    line.has("error")
                        ? line.path("record") + " " + line.path("error").asText()
                        : row(line)))
        .containsExactly(
            "1 bad-value",
            "2 bad-shape",
            "3 bad-value",
            "tumbling:10s [0, 10) 1.0 of 1, revision 0, final at 100",
            "tumbling:10s [10, 20) NaN of 0, revision 0, final at 100",
            "5 too-late",
            "tumbling:10s [100, 110) 1.0 of 1, revision 0, final at 110");
  }

  @Test
  void finals_ofRandomRecords_areTheMeansOfTheirSamples() throws IOException {
    Random random = new Random(4);
    List<LogitBatch> batches = new ArrayList<>();
    Map<Long, List<Double>> samples = new TreeMap<>();
    for (int i = 0; i < 2000; i++) {
      long second = i / 4 + random.nextInt(30);
      double squareRoot = random.nextGaussian();
      batches.add(error(second, squareRoot));
      samples
          .computeIfAbsent((START / 1000 + second) / 10, none -> new ArrayList<>())
          .add(squareRoot * squareRoot);
    }

    Map<Long, JsonNode> finals = new TreeMap<>();
    for (JsonNode line : json(eval(batches, "--windows", "tumbling:10s"))) {
      if (line.path("is_final").asBoolean() && line.path("count").asLong() > 0) {
        assertThat(finals.put(line.path("window_start").asLong() / 10_000, line)).isNull();
      }
    }

    assertThat(finals.keySet()).isEqualTo(samples.keySet());
    samples.forEach((window, losses) -> {
      JsonNode line = finals.get(window);
      assertThat(line.path("count").asInt()).isEqualTo(losses.size());
      double mean = losses.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
      assertThat(line.path("mean").asDouble()).isCloseTo(mean, within(1e-12 * mean));
    });
  }
}
