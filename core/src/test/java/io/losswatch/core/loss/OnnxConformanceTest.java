package io.losswatch.core.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/**
 * ONNX's own vectors for softmax cross-entropy, NLL, softmax and log-softmax, where their folder is
 * there: the system property {@code losswatch.conformance}, or {@code shared/conformance} beside
 * the repository.
 */
class OnnxConformanceTest {
  private static Path folder() {
    String named = System.getProperty("losswatch.conformance");
    if (named != null) {
      return Path.of(named);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path candidate = at.resolve("shared/conformance");
      if (Files.isDirectory(candidate)) {
        return candidate;
      }
    }
    return Path.of("shared/conformance");
  }

  private static List<JsonNode> cases() throws IOException {
    Path file = folder().resolve("onnx-cases.jsonl.gz");
    assumeTrue(Files.exists(file), "no conformance vectors at " + file);
    ObjectMapper mapper = new ObjectMapper();
    List<JsonNode> cases = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        cases.add(mapper.readTree(line));
      }
    }
    return cases;
  }

  private static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          array.get(i).isTextual()
              ? Double.parseDouble(array.get(i).asText())
              : array.get(i).asDouble();
    }
    return numbers;
  }

  private static long[] extents(JsonNode array) {
    long[] extents = new long[array.size()];
    for (int i = 0; i < extents.length; i++) {
      extents[i] = array.get(i).asLong();
    }
    return extents;
  }

  private static float[] floats(double[] numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }

  private static void assertClose(double actual, double expected, String place) {
    if (Double.isNaN(expected)) {
      assertThat(actual).as(place).isNaN();
    } else {
      assertThat(Math.abs(actual - expected))
          .as("%s: %s instead of %s", place, actual, expected)
          .isLessThanOrEqualTo(1e-6 + 1e-5 * Math.abs(expected));
    }
  }

  private static Map<String, String> parameters(JsonNode vector) {
    Map<String, String> parameters = new HashMap<>();
    JsonNode ignored = vector.get("ignore_index");
    parameters.put("ignore-index", ignored.isNull() ? "" + Long.MIN_VALUE : ignored.asText());
    if (!vector.get("weights").isNull()) {
      StringJoiner text = new StringJoiner(",");
      for (double weight : numbers(vector.get("weights"))) {
        text.add(Double.toString(weight));
      }
      parameters.put("class-weights", text.toString());
    }
    return parameters;
  }

  private static void checkLoss(JsonNode vector) {
    boolean nll = vector.get("op").asText().equals("NegativeLogLikelihoodLoss");
    Tensor values =
        Tensor.ofFloats(floats(numbers(vector.get("logits"))), extents(vector.get("shape")));
    double[] targets = numbers(vector.get("targets"));
    long[] indices = new long[targets.length];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = (long) targets[i];
    }
    Tensor labels = Tensor.ofLongs(indices, extents(vector.get("targets_shape")));
    Loss loss = Losses.of(nll ? "nll" : "cross_entropy", parameters(vector));
    OutputKind kind = nll ? OutputKind.LOG_PROBS : OutputKind.LOGITS;
    LossBuffer out =
        Batches.elements(loss, Batches.of(kind, Layout.CLASS_SECOND, values, labels, null));
    String name = vector.get("name").asText();
    double[] expected = numbers(vector.get("expected"));
    Reduction reduction =
        Reduction.valueOf(vector.get("reduction").asText().toUpperCase(Locale.ROOT));
    if (reduction != Reduction.NONE) {
      assertThat(expected).as(name).hasSize(1);
      assertClose(out.reduce(reduction), expected[0], name);
      return;
    }
    assertThat(out.shape().toArray()).as(name).isEqualTo(extents(vector.get("expected_shape")));
    for (int i = 0; i < expected.length; i++) {
      assertClose(out.losses()[i], expected[i], name + "[" + i + "]");
    }
  }

  /** The loss at every class is −log_softmax: each class once as the target of all rows. */
  private static void checkSoftmax(JsonNode vector) {
    long[] shape = extents(vector.get("shape"));
    int axis = Math.floorMod(vector.get("axis").asInt(), shape.length);
    if (vector.get("coerce_2d").asBoolean()) {
      shape = coerced(shape, axis);
      axis = 1;
    }
    boolean log = vector.get("op").asText().equals("LogSoftmax");
    int outer = 1;
    int inner = 1;
    for (int i = 0; i < shape.length; i++) {
      outer *= i < axis ? (int) shape[i] : 1;
      inner *= i > axis ? (int) shape[i] : 1;
    }
    int classes = (int) shape[axis];
    Tensor values = Tensor.ofFloats(floats(numbers(vector.get("logits"))), outer, classes, inner);
    double[] expected = numbers(vector.get("expected"));
    for (int c = 0; c < classes; c++) {
      long[] targets = new long[outer * inner];
      Arrays.fill(targets, c);
      LossBuffer out =
          Batches.elements(
              Losses.of("cross_entropy", Map.of()),
              Batches.of(
                  OutputKind.LOGITS,
                  Layout.CLASS_SECOND,
                  values,
                  Tensor.ofLongs(targets, outer, inner),
                  null));
      for (int r = 0; r < targets.length; r++) {
        double logProb = -out.losses()[r];
        double wanted = expected[(r / inner * classes + c) * inner + r % inner];
        assertClose(log ? logProb : Math.exp(logProb), wanted, vector.get("name").asText());
      }
    }
  }

  private static long[] coerced(long[] shape, int axis) {
    long[] two = {1, 1};
    for (int i = 0; i < shape.length; i++) {
      two[i < axis ? 0 : 1] *= shape[i];
    }
    return two;
  }

  @Test
  void losses_everyVectorOfOnnx_agree() throws IOException {
    int checked = 0;
    for (JsonNode vector : cases()) {
      if (vector.get("op").asText().endsWith("oftmax")) {
        checkSoftmax(vector);
      } else {
        checkLoss(vector);
      }
      checked++;
    }
    assertThat(checked).isEqualTo(72);
  }
}
