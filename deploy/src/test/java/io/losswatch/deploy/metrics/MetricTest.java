package io.losswatch.deploy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricTest {
  @Test
  void catalogue_andItsDocument_areTheSame() throws IOException {
    List<String> documented =
        Files.readAllLines(Path.of("METRICS.md")).stream()
            .filter(line -> line.startsWith("| `losswatch_"))
            .toList();

    assertThat(documented)
        .containsExactlyElementsOf(Arrays.stream(Metric.values()).map(Metric::row).toList());
  }

  @Test
  void names_areThoseOfPrometheus() {
    assertThat(Arrays.stream(Metric.values()).map(Metric::exposed))
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("losswatch_[a-z_]+"));
    assertThat(Metric.RECORDS.exposed()).isEqualTo("losswatch_records_total");
    assertThat(Metric.LAG.exposed()).isEqualTo("losswatch_lag_records");
  }
}
