package io.losswatch.stream.fold;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A fiftieth of what one instance is to hold, in a fiftieth of its heap: 100,000 series of 5-minute
 * windows with panes of 10 s, in 2 GB.
 */
class SeriesMemoryTest {
  private static final int SHARE = 50;
  private static final int SERIES = 100_000 / SHARE;
  private static final int HEAP_MEGABYTES = 2_000 / SHARE;

  /**
   * 8,070 were measured; 38 panes of 172 bytes are 6,500 of them. An instance has room for 20,000.
   */
  private static final int MAX_BYTES_A_SERIES = 9_500;

  private static final Pattern LINE =
      Pattern.compile("(\\d+) series with (\\d+) records .* (\\d+) bytes a series");

  @Test
  void series_aFiftiethOfAnInstance_fitIntoAFiftiethOfItsHeap() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP_MEGABYTES + "m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                SeriesMemory.class.getName(),
                Integer.toString(SERIES))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    Matcher line = LINE.matcher(output);
    assertThat(line.find()).as(output).isTrue();
    assertThat(Integer.parseInt(line.group(1))).as(output).isEqualTo(SERIES);
    // what comes and goes of panes and publications, and two windows
    assertThat(Integer.parseInt(line.group(2))).as(output).isGreaterThan(5 * SERIES);
    assertThat(Integer.parseInt(line.group(3))).as(output).isLessThan(MAX_BYTES_A_SERIES);
  }
}
