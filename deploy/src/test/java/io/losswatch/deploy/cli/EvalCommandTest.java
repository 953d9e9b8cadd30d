package io.losswatch.deploy.cli;

import static io.losswatch.deploy.eval.LogitBatchFiles.batch;
import static io.losswatch.deploy.eval.LogitBatchFiles.doubles;
import static io.losswatch.deploy.eval.LogitBatchFiles.labels;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.losswatch.deploy.eval.LogitBatchFiles;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvalCommandTest {
  /** Written by JavaScript's Avro library, with the schema that {@code losswatch schemas} gives. */
  private static final Path FROM_JAVASCRIPT =
      Path.of("../schemas/src/test/resources/io/losswatch/schemas/codec/avsc-js.avro");

  private static final LogitBatch SQUARES =
      batch(
          OutputKind.VALUES,
          "b-1",
          doubles(List.of(2L, 2L), 1.0, 2.0, 3.0, 4.0),
          doubles(List.of(2L, 2L), 1.0, 2.5, 3.0, 1.0));

  /** Printed in PyTorch's own threads, see losses.md. */
  private static final LogitBatch KNOWN =
      batch(
          OutputKind.LOGITS,
          null,
          doubles(List.of(2L, 3L), 2.3, 2.1, 4.5, 4.2, 3.2, 5.1),
          labels(1.0, 2.0));

  @TempDir Path directory;

  @Test
  void mean_ofARecord_isOneNumber() throws IOException {
    Shell shell = eval(file(SQUARES), "--loss", "mse");

    assertThat(shell.exitCode()).isZero();
    assertThat(shell.out()).isEqualTo("{\"record\":0,\"value\":2.3125}\n");
  }

  @Test
  void none_ofARecord_isAllElementsRowMajor() throws IOException {
    Shell shell = eval(file(SQUARES), "--loss", "mse_loss", "--reduction", "none");

    assertThat(shell.lines())
        .containsExactly(
            "{\"record\":0,\"batch_id\":\"b-1\",\"shape\":[2,2],\"losses\":[0.0,0.25,0.0,9.0]}");
  }

  @Test
  void sum_ofARecord_isTheSum() throws IOException {
    assertThat(eval(file(SQUARES), "--loss", "mse", "--reduction=sum").lines())
        .containsExactly("{\"record\":0,\"value\":9.25}");
  }

  @Test
  void parameters_ofCrossEntropy_giveThePrintedAnswers() throws IOException {
    Path file = file(KNOWN);

    assertThat(value(eval(file, "--loss", "cross_entropy", "--class-weights", "25,25,100")))
        .isCloseTo(0.87048350145, within(1e-10));
    assertThat(
            value(
                eval(
                    file,
                    "--loss=cross_entropy",
                    "--class-weights=25,25,100",
                    "--label-smoothing=0.1")))
        .isCloseTo(0.857800310127, within(1e-11));
    assertThat(value(eval(file, "--loss", "cross_entropy", "--label-smoothing", "0.1")))
        .isCloseTo(1.516231151911, within(1e-11));
  }

  /** Options of a loss, and its mean over the elements of SQUARES or of KNOWN. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "values | --loss l1                                | 0.875",
        "values | --loss smooth_l1 --beta 4                | 0.2890625",
        "values | --loss huber --delta=0.5                 | 0.375",
        "values | --loss hinge_embedding --margin 2.5      | 2.625",
        "values | --loss poisson_nll --log-input false --eps 0 --full | 1.629223",
        "values | --loss poisson_nll --log-input=true      | 16.447756",
        "classes | --loss multi_margin --p 2 --margin 0.5 --class-weights 1,2,1 | 2.966667"
      })
  void parameters_ofEachLoss_reachIt(String batch, String options, double expected)
      throws IOException {
    Path file = file(batch.equals("values") ? SQUARES : KNOWN);

    assertThat(value(eval(file, options.split(" ")))).isCloseTo(expected, within(1e-6));
  }

  @Test
  void klDiv_withoutReduction_isTheBatchmean() throws IOException {
    LogitBatch logProbs =
        batch(
            OutputKind.LOG_PROBS,
            null,
            doubles(List.of(2L, 2L), -1.0, -2.0, -3.0, -0.5),
            doubles(List.of(2L, 2L), 0.0, 1.0, 0.0, 1.0));
    Path file = file(logProbs);

    assertThat(value(eval(file, "--loss", "kl_div"))).isEqualTo(1.25);
    assertThat(value(eval(file, "--loss", "kl_div", "--reduction", "mean"))).isEqualTo(0.625);
    assertThat(value(eval(file, "--loss", "kl_div", "--log-target", "--reduction", "sum")))
        .isCloseTo(1 + 3 * Math.E + 3 + 1.5 * Math.E, within(1e-12));
  }

  @Test
  void focal_alphaAndGamma_reachIt() throws IOException {
    LogitBatch coin =
        batch(OutputKind.LOGITS, null, doubles(List.of(1L), 0.0), doubles(List.of(1L), 1.0));

    assertThat(value(eval(file(coin), "--loss", "focal", "--alpha=-1", "--gamma", "3")))
        .isCloseTo(Math.log(2) / 8, within(1e-15));
  }

  @Test
  void gaussianNll_ofPairs_hasTheShapeOfTheLabels() throws IOException {
    LogitBatch pairs =
        batch(
            OutputKind.VALUES,
            null,
            doubles(List.of(2L, 2L), 1.0, 4.0, 0.0, -1.0),
            doubles(List.of(2L), 1.0, 0.0));
    LogitBatch fine =
        batch(
            OutputKind.VALUES,
            null,
            doubles(List.of(2L, 2L), 1.0, 1.0, 0.0, 1.0),
            doubles(List.of(2L), 1.0, 2.0));

    Shell shell =
        eval(file(pairs, fine), "--loss", "gaussian_nll", "--eps", "1", "--reduction", "none");

    assertThat(json(shell).get(0).path("error").asText()).isEqualTo("bad-value");
    assertThat(json(shell).get(0).path("message").asText()).contains("predictions[1, 1] is -1.0");
    assertThat(shell.lines().get(1)).contains("\"shape\":[2],\"losses\":[0.0,2.0]");
  }

  @Test
  void nothingCounted_inAMean_isTheStringNaN() throws IOException {
    Shell shell = eval(file(KNOWN), "--loss", "cross_entropy", "--class-weights", "1,0,0");

    assertThat(shell.lines()).containsExactly("{\"record\":0,\"value\":\"NaN\"}");
  }

  @Test
  void infinities_inLosses_areStrings() throws IOException {
    LogitBatch certain =
        batch(
            OutputKind.LOGITS,
            null,
            doubles(List.of(1L, 2L), 0.0, Double.NEGATIVE_INFINITY),
            labels(1.0));

    assertThat(eval(file(certain), "--loss", "cross_entropy", "--reduction", "none").lines())
        .containsExactly(
            "{\"record\":0,\"batch_id\":null,\"shape\":[1],\"losses\":[\"Infinity\"]}");
  }

  @Test
  void badRecord_betweenGoodOnes_isSaidAndTheRestGoesOn() throws IOException {
    LogitBatch outOfRange = batch(OutputKind.LOGITS, "x", KNOWN.getPredictions(), labels(1.0, 3.0));
    LogitBatch unlabeled = batch(OutputKind.LOGITS, "y", KNOWN.getPredictions(), null);

    Shell shell = eval(file(KNOWN, outOfRange, unlabeled, KNOWN), "--loss", "cross_entropy");

    assertThat(shell.exitCode()).isEqualTo(1);
    assertThat(shell.err()).isEmpty();
    List<JsonNode> lines = json(shell);
    assertThat(lines).extracting(line -> line.path("record").asInt()).containsExactly(0, 1, 2, 3);
    assertThat(lines.get(1).path("error").asText()).isEqualTo("bad-label");
    assertThat(lines.get(1).path("message").asText()).contains("3");
    assertThat(lines.get(2).path("error").asText()).isEqualTo("missing-label");
    assertThat(lines.get(3).path("value").asDouble())
        .isEqualTo(lines.get(0).path("value").asDouble());
  }

  @Test
  void classWeights_thatDoNotFitTheRecord_areABadParameter() throws IOException {
    Shell shell = eval(file(KNOWN), "--loss", "cross_entropy", "--class-weights", "1,2");

    assertThat(shell.exitCode()).isEqualTo(1);
    assertThat(json(shell).get(0).path("error").asText()).isEqualTo("bad-parameter");
  }

  @Test
  void records_ofSeveralFiles_areCountedOn() throws IOException {
    Path second = LogitBatchFiles.write(directory.resolve("second.avro"), SQUARES, SQUARES);

    Shell shell = Shell.run("eval", "--loss", "mse", file(SQUARES).toString(), second.toString());

    assertThat(json(shell))
        .extracting(line -> line.path("record").asInt())
        .containsExactly(0, 1, 2);
  }

  @Test
  void file_thatIsNoContainerOrNotThere_isSaidAndTheOthersGoOn() throws IOException {
    Path text = Files.writeString(directory.resolve("text.avro"), "no Avro at all");
    Path nowhere = directory.resolve("nowhere.avro");

    Shell shell =
        Shell.run(
            "eval", "--loss", "mse", text.toString(), nowhere.toString(), file(SQUARES).toString());

    assertThat(shell.exitCode()).isEqualTo(1);
    assertThat(shell.err())
        .contains("text.avro: malformed-frame: ", "nowhere.avro: no such file")
        .doesNotContain("no Avro at all");
    assertThat(shell.lines()).containsExactly("{\"record\":0,\"value\":2.3125}");
  }

  @Test
  void file_fromAnotherLanguage_givesPyTorchsNumbers() throws IOException {
    List<JsonNode> classes = json(eval(FROM_JAVASCRIPT, "--loss", "cross_entropy"));
    List<JsonNode> binary = json(eval(FROM_JAVASCRIPT, "--loss", "bce"));

    float[] logits = {2.3f, 2.1f, 4.5f, 4.2f, 3.2f, 5.1f};
    double expected = (surprisal(logits, 0, 1) + surprisal(logits, 3, 2)) / 2;
    assertThat(classes.get(0).path("value").asDouble()).isCloseTo(expected, within(1e-6));
    assertThat(classes.get(1).path("value").asDouble()).isGreaterThan(0);
    assertThat(binary).hasSize(3);
    assertThat(binary.get(0).path("error").asText()).isEqualTo("wrong-kind");
    assertThat(binary.get(2).path("value").asDouble()).isGreaterThan(0);
  }

  /** −log softmax, the obvious way. */
  private static double surprisal(float[] logits, int row, int label) {
    double sum = 0;
    for (int c = 0; c < 3; c++) {
      sum += Math.exp(logits[row + c]);
    }
    return Math.log(sum) - logits[row + label];
  }

  private Path file(LogitBatch... batches) throws IOException {
    return LogitBatchFiles.write(directory.resolve("batches.avro"), batches);
  }

  private static Shell eval(Path file, String... options) {
    String[] arguments = new String[options.length + 2];
    arguments[0] = "eval";
    System.arraycopy(options, 0, arguments, 1, options.length);
    arguments[options.length + 1] = file.toString();
    return Shell.run(arguments);
  }

  private static double value(Shell shell) throws IOException {
    return json(shell).get(0).path("value").asDouble();
  }

  private static List<JsonNode> json(Shell shell) throws IOException {
    return new ObjectMapper().readerFor(JsonNode.class).<JsonNode>readValues(shell.out()).readAll();
  }
}
