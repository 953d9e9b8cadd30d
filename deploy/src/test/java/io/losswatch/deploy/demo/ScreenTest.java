package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void terminal_secondFrame_isDrawnOverTheFirst() {
    Screen screen = new Screen(out, true);
    screen.show(view(0));
    String first = printed();
    bytes.reset();
    screen.show(view(500));
    long lines = first.chars().filter(c -> c == '\n').count();
    assertThat(first).doesNotContain("\u001b[" + lines + "A");
    assertThat(printed())
        .startsWith("\u001b[?7l\u001b[" + lines + "A\r")
        .endsWith("\u001b[J\u001b[?7h");
  }

  @Test
  void plainOutput_manyFrames_isPrintedEachFiveSeconds() {
    Screen screen = new Screen(out, false);
    for (long millis = 0; millis <= 10_000; millis += 500) {
      screen.show(view(millis));
    }
    assertThat(printed().lines().map(line -> line.substring(0, 4)))
        .containsExactly("0:00", "0:00", "0:05", "0:05", "0:10", "0:10");
    assertThat(printed()).doesNotContain("\u001b");
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static LossTable.View view(long elapsedMillis) {
    LossTable.Row row = new LossTable.Row("digits-ce", "all", false, List.of());
    return new LossTable.View(elapsedMillis, "calm", 0, List.of(row), new TreeMap<>());
  }
}
