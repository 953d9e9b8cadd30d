package io.losswatch.core.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Element-wise losses against numbers that PyTorch itself computed, NaN and infinities included.
 */
class PyTorchAnswersTest {
  /**
   * What PyTorch computed with one loss.
   *
   * @param name of the loss
   * @param parameters by name
   * @param values each of which is prediction and label to each
   * @param answers one a pair, prediction-major
   */
  record Block(String name, Map<String, String> parameters, double[] values, double[][] answers) {
    @Override
    public String toString() {
      return name + parameters;
    }
  }

  static Stream<Block> blocks() throws IOException {
    List<String> lines;
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    PyTorchAnswersTest.class.getResourceAsStream("pytorch-2.7.1.txt")),
                StandardCharsets.UTF_8))) {
      lines = reader.lines().filter(line -> !line.startsWith("#")).toList();
    }
    Stream.Builder<Block> blocks = Stream.builder();
    for (int i = 0; i < lines.size(); ) {
      Block block = block(lines, i);
      blocks.add(block);
      i += 1 + block.values().length;
    }
    return blocks.build();
  }

  private static Block block(List<String> lines, int head) {
    String[] parts = lines.get(head).split("\\|");
    String[] loss = parts[0].strip().split(" ");
    Map<String, String> parameters = new HashMap<>();
    for (String parameter : loss.length > 1 ? loss[1].split(",") : new String[0]) {
      String[] sides = parameter.split("=");
      parameters.put(sides[0], sides[1]);
    }
    double[] values = numbers(parts[1]);
    double[][] answers =
        lines.subList(head + 1, head + 1 + values.length).stream()
            .map(PyTorchAnswersTest::numbers)
            .toArray(double[][]::new);
    return new Block(loss[0], parameters, values, answers);
  }

  private static double[] numbers(String text) {
    return Arrays.stream(text.strip().split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void elements_ofAllPairs_arePyTorchs(Block block) {
    OutputKind kind = block.name().equals("kl_div") ? OutputKind.LOG_PROBS : OutputKind.VALUES;
    Loss loss = Losses.of(block.name(), block.parameters());
    int count = block.values().length;
    Tensor labels = Tensor.ofDoubles(block.values(), count);
    for (int row = 0; row < count; row++) {
      double prediction = block.values()[row];
      double[] same = new double[count];
      Arrays.fill(same, prediction);
      LossBuffer out =
          Batches.elements(loss, Batches.of(kind, Tensor.ofDoubles(same, count), labels));
      for (int i = 0; i < count; i++) {
        String place = block + " of " + prediction + ", " + block.values()[i];
        Bounds.assertClose(out.losses()[i], block.answers()[row][i], Datatype.FP64, place);
      }
    }
    assertThat(count).isGreaterThan(10);
  }
}
