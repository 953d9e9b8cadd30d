package io.losswatch.deploy.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.losswatch.deploy.config.Configuration;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.stream.StreamSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {
  private static final Path README = Path.of("../README.md");

  /** The sources that hold the README's samples, in its order. */
  private static final List<Path> SAMPLES =
      List.of(
          Path.of("src/test/java/io/losswatch/deploy/readme/MeanLossExample.java"),
          Path.of("../core/src/test/java/io/losswatch/core/example/LogCosh.java"));

  @TempDir Path directory;

  @Test
  void samples_ofTheReadme_areThoseThatAreCompiled() throws IOException {
    List<String> compiled = new ArrayList<>();
    for (Path sample : SAMPLES) {
      String source = Files.readString(sample);
      compiled.add(
          between(source, "// begin of the sample\n", "// end of the sample").stripIndent());
    }

    assertThat(javaBlocks(Files.readString(README))).isEqualTo(compiled);
  }

  private static List<String> javaBlocks(String markdown) {
    List<String> blocks = new ArrayList<>();
    String fence = "```java\n";
    for (int at = markdown.indexOf(fence); at >= 0; at = markdown.indexOf(fence, at + 1)) {
      blocks.add(between(markdown.substring(at), fence, "```"));
    }
    return blocks;
  }

  @Test
  void sample_ofTheReadme_givesTheSmoothedKnownAnswer() {
    // losses.md: 1.516231151911 in float64; the sample's logits are float32
    assertThat(MeanLossExample.summarize().mean()).isCloseTo(1.516231151911, within(1e-6));
  }

  @Test
  void configuration_ofTheReadme_isValid() throws Exception {
    String yaml = between(Files.readString(README), "```yaml\n", "```");
    Path file = Files.writeString(directory.resolve("losswatch.yaml"), yaml);

    StreamSettings settings = Configuration.load(file, Map.of("KAFKA_PASSWORD", "p")).settings();

    assertThat(settings.monitors()).hasSize(2);
  }

  @Test
  void jsonExample_ofTheReadme_isARollingLoss() throws Exception {
    String json = between(Files.readString(README), "```json\n", "```");
    List<String> names = new ArrayList<>();
    new ObjectMapper().readTree(json).fieldNames().forEachRemaining(names::add);

    assertThat(names)
        .containsExactlyElementsOf(
            RollingLoss.getClassSchema().getFields().stream().map(Schema.Field::name).toList());
  }

  private static String between(String text, String begin, String end) {
    int from = text.indexOf(begin) + begin.length();
    return text.substring(from, text.indexOf(end, from));
  }
}
