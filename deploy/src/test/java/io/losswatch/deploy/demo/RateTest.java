package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateTest {
  @Test
  void rate_atFirst_isZero() {
    assertThat(new Rate().perSecond(1_000, 50)).isZero();
  }

  @Test
  void rate_afterAStop_forgetsWhatWasBefore() {
    Rate rate = new Rate();
    rate.perSecond(0, 0);
    assertThat(rate.perSecond(2_000, 1_000)).isEqualTo(500);
    assertThat(rate.perSecond(4_000, 1_000)).isZero();
  }
}
