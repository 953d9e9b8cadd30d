package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DemoIT {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @Test
  void demo_ofTwelveSeconds_agreesWithTheServiceAndCountsItsFlaws() {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    DemoOptions options = new DemoOptions(0, OptionalLong.of(12), false);
    int exitCode = new Demo(options, out, out, false).run();
    String printed = bytes.toString(StandardCharsets.UTF_8);
    assertThat(printed).contains("agree with the losses that the demo computed by itself.");
    assertThat(printed).contains("drift in eu").contains("bad-length").contains("malformed-frame");
    assertThat(exitCode).as(printed).isZero();
  }

  @Test
  void demo_stopped_endsWithoutComparing() {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    Demo demo = new Demo(new DemoOptions(0, OptionalLong.empty(), false), out, out, false);
    demo.stop();
    assertThat(demo.run()).isZero();
    assertThat(bytes.toString(StandardCharsets.UTF_8)).doesNotContain("agree");
  }
}
