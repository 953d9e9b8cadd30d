package io.losswatch.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.window.LossSummary.CompensatedSum;
import io.losswatch.core.window.LossSummary.State;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Laws of decay. Each scaling has a relative error of 2^-53 and its factor one of 2^-53, so that
 * 400 of them stay within 1e-13.
 */
class DecayTest {
  private static final Ewma WINDOW = new Ewma(80);

  private static LossSummary random(Random random) {
    LossSummary summary = new LossSummary();
    for (int i = 0; i < 50; i++) {
      summary.add(10 + random.nextGaussian(), 0.1 + random.nextDouble());
    }
    summary.add(1, 0);
    summary.addIgnored(2);
    State state = summary.state();
    List<CompensatedSum> companions =
        List.of(new CompensatedSum(51, 0), new CompensatedSum(random.nextInt(51), 0x1p-60));
    CompensatedSum likelihood = new CompensatedSum(100 * random.nextDouble(), 0);
    return LossSummary.of(
        new State(state.mean(), state.moments(), state.counts(), likelihood, companions));
  }

  private static LossSummary merged(State a, State b) {
    LossSummary merged = LossSummary.of(a);
    merged.merge(LossSummary.of(b));
    return merged;
  }

  private static void assertClose(State actual, State expected) {
    assertClose(actual.mean().sum(), expected.mean().sum());
    assertClose(actual.mean().weight(), expected.mean().weight());
    assertClose(actual.moments().squaredWeights(), expected.moments().squaredWeights());
    assertClose(actual.moments().squaredDeviations(), expected.moments().squaredDeviations());
    assertClose(actual.moments().unweighted(), expected.moments().unweighted());
    assertThat(actual.moments().min()).isEqualTo(expected.moments().min());
    assertThat(actual.moments().max()).isEqualTo(expected.moments().max());
    assertThat(actual.counts()).isEqualTo(expected.counts());
    CompensatedSum likelihood = expected.negativeLogLikelihood();
    assertThat(actual.negativeLogLikelihood()).isNotNull();
    assertThat(likelihood).isNotNull();
    if (actual.negativeLogLikelihood() != null && likelihood != null) {
      assertClose(actual.negativeLogLikelihood(), likelihood);
    }
    assertThat(actual.companions()).hasSameSizeAs(expected.companions());
    for (int i = 0; i < expected.companions().size(); i++) {
      assertClose(actual.companions().get(i), expected.companions().get(i));
    }
  }

  private static void assertClose(CompensatedSum actual, CompensatedSum expected) {
    assertClose(actual.high(), expected.high());
  }

  private static void assertClose(double actual, double expected) {
    Offset<Double> tolerance = within(1e-12 * Math.abs(expected));
    assertThat(actual).isCloseTo(expected, tolerance);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 100, 399})
  void decay_byPanesOneAfterTheOther_isThatAtOnce(int panes) {
    State start = random(new Random(panes)).state();
    State step = start;
    for (int i = 0; i < panes; i++) {
      step = Decay.scaled(step, WINDOW.decay(10));
    }
    State once = Decay.scaled(start, WINDOW.decay(10L * panes));
    assertClose(step, once);
    double factor = Math.pow(2, -panes / 8.0);
    assertClose(once.mean().sum().high(), start.mean().sum().high() * factor);
    assertClose(
        once.moments().squaredWeights(), start.moments().squaredWeights() * factor * factor);
    assertClose(once.moments().squaredDeviations(), start.moments().squaredDeviations() * factor);
    assertClose(once.companions().get(0).high(), 51 * factor);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void mergeThenDecay_isDecayThenMerge(long seed) {
    Random random = new Random(seed);
    State a = random(random).state();
    State b = random(random).state();
    double factor = WINDOW.decay(10 * (1 + random.nextInt(300)));
    assertClose(
        Decay.scaled(merged(a, b).state(), factor),
        merged(Decay.scaled(a, factor), Decay.scaled(b, factor)).state());
  }

  @Test
  void decay_byNothing_changesNoBit() {
    State state = random(new Random(1)).state();
    assertThat(Decay.scaled(state, WINDOW.decay(0))).isEqualTo(state);
  }

  @Test
  void decay_beyondWhatDoublesHold_leavesCountsAlone() {
    State state = random(new Random(1)).state();
    for (long elapsed : new long[] {80 * 500, 80L * 1_100, 80L << 50}) {
      State left = Decay.scaled(state, WINDOW.decay(elapsed));
      assertThat(left.mean().weight().high()).isZero();
      assertThat(left.mean().sum().high()).isZero();
      assertThat(left.counts()).isEqualTo(state.counts());
      assertThat(left.moments().min()).isEqualTo(state.moments().min());
    }
  }

  @Test
  void remainder_hasNoCountsAndNothingThatCannotDecay() {
    LossSummary summary = random(new Random(1));
    summary.add(5, 1);
    State remainder = Decay.remainder(summary.state());
    assertThat(remainder).isNotNull();
    if (remainder != null) {
      assertThat(LossSummary.of(remainder).isEmpty()).isTrue();
      assertThat(remainder.mean()).isEqualTo(summary.state().mean());
      assertThat(remainder.moments().max()).isEqualTo(Double.NEGATIVE_INFINITY);
      // the sample was no likelihood
      assertThat(remainder.negativeLogLikelihood()).isEqualTo(new CompensatedSum(0, 0));
    }
    State state = summary.state();
    List<CompensatedSum> infinite = List.of(new CompensatedSum(Double.POSITIVE_INFINITY, 0));
    State beyond = new State(state.mean(), state.moments(), state.counts(), null, infinite);
    assertThat(Decay.remainder(beyond)).extracting(State::companions).isEqualTo(List.of());
  }
}
