package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DemoOptionsTest {
  @Test
  void seconds_belowOne_areRefused() {
    assertThatThrownBy(() -> new DemoOptions(8080, OptionalLong.of(0), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the demo runs for 1 to 86400 seconds, but this is 0");
  }

  @Test
  void port_beyondItsRange_isRefused() {
    assertThatThrownBy(() -> new DemoOptions(65_536, OptionalLong.empty(), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a port lies in [0, 65535], but this is 65536");
  }
}
