package io.losswatch.deploy.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.deploy.config.Configuration;
import io.losswatch.stream.StreamSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {
  private static final Path README = Path.of("../README.md");
  private static final Path SAMPLE =
      Path.of("src/test/java/io/losswatch/deploy/readme/MeanLossExample.java");

  @TempDir Path directory;

  @Test
  void sample_ofTheReadme_isTheOneThatIsCompiled() throws IOException {
    String source = Files.readString(SAMPLE);
    String compiled =
        between(source, "    // begin of the sample\n", "    // end of the sample\n")
            .lines()
            .map(line -> line.isEmpty() ? line : line.substring(4))
            .collect(Collectors.joining("\n", "", "\n"));

    assertThat(between(Files.readString(README), "```java\n", "```")).isEqualTo(compiled);
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

  private static String between(String text, String begin, String end) {
    int from = text.indexOf(begin) + begin.length();
    return text.substring(from, text.indexOf(end, from));
  }
}
