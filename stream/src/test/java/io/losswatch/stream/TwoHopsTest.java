package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Both hops with all their stages but the clients, each of several instances that come, go, hang
 * and die, over random traffic that lags, falls silent, comes late or is poison, whose labels come
 * inside or later, of more series than there is room for, against models that keep every sample.
 *
 * <p>A failure names its seed. {@code -Dlosswatch.seed=N} plays that seed alone and prints what
 * happened, a line each.
 */
class TwoHopsTest {
  private static final int SEEDS = 2000;
  private static final String SEED = "losswatch.seed";

  private final Logger log = (Logger) LoggerFactory.getLogger("io.losswatch");

  @BeforeEach
  void silence() {
    // each abort and each expired offset is worth a line, but not here
    log.setLevel(Level.OFF);
  }

  @AfterEach
  void restoreSound() {
    log.setLevel(Level.INFO);
  }

  @Test
  void windows_ofRandomTrafficThroughFailingInstances_holdWhatTheModelHolds() {
    Long one = Long.getLong(SEED);
    if (one != null) {
      play(one, true);
      return;
    }
    List<Long> seen = new ArrayList<>(List.of(0L, 0L, 0L));
    for (long seed = 1; seed <= SEEDS; seed++) {
      List<Long> counts = play(seed, false);
      for (int i = 0; i < counts.size(); i++) {
        seen.set(i, seen.get(i) + counts.get(i));
      }
    }
    assertThat(seen).allMatch(count -> count > SEEDS);
  }

  /** Windows before the end, late samples, and windows that were corrected. */
  private static List<Long> play(long seed, boolean aloud) {
    Simulation simulation = new Simulation(seed);
    try {
      simulation.play();
      simulation.input().check(simulation);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "seed " + seed + " fails; play it alone with -D" + SEED + "=" + seed, e);
    } finally {
      if (aloud) {
        simulation.trace().forEach(System.out::println);
      }
    }
    return List.of(
        (long) simulation.broker().outputs().size(),
        simulation.input().late(),
        simulation.broker().outputs().stream().filter(loss -> loss.getRevision() > 0).count());
  }

  @Test
  void seed_playedTwice_happensTheSame() {
    for (long seed = 1; seed <= 20; seed++) {
      Simulation once = new Simulation(seed);
      once.play();
      Simulation again = new Simulation(seed);
      again.play();
      assertThat(again.trace()).isEqualTo(once.trace());
      // as text: Avro does not compare maps
      assertThat(again.broker().outputs().toString()).isEqualTo(once.broker().outputs().toString());
      assertThat(again.broker().deadLetters()).isEqualTo(once.broker().deadLetters());
    }
  }
}
