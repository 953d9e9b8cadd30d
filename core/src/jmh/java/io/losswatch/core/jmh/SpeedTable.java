package io.losswatch.core.jmh;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Measures all work by all contenders and prints the table of speeds, also to {@code
 * target/speed.md}. Every contender of a work has a JVM of its own, one after the other, round by
 * round, so that a machine that grows slower or faster does so to all of them alike.
 */
public final class SpeedTable {
  private static final Path LOG = Path.of("target", "speed.log");
  private static final Path TABLE = Path.of("target", "speed.md");

  private final Pace pace;
  private final List<Contender> absent;
  private final Speeds speeds = new Speeds();

  private SpeedTable(Pace pace, List<Contender> absent) {
    this.pace = pace;
    this.absent = absent;
  }

  /** One argument: {@code quick}, or {@code full}. */
  public static void main(String[] arguments) throws IOException, RunnerException {
    Host host = Host.here();
    Pace pace = Pace.of(arguments.length == 0 ? "full" : arguments[0]);
    List<Contender> absent = host.hasPyTorch() ? List.of() : List.of(Contender.PYTORCH);
    Files.createDirectories(TABLE.getParent());
    SpeedTable table = new SpeedTable(pace, absent);
    for (int round = 1; round <= pace.rounds(); round++) {
      table.measure(round);
    }
    String report = new SpeedReport(host, table.speeds).text();
    Files.writeString(TABLE, report);
    System.out.println(report);
  }

  private void measure(int round) throws IOException, RunnerException {
    for (Work work : Work.values()) {
      System.err.printf("round %d of %d: %s%n", round, pace.rounds(), work.title());
      for (Contender contender : Contender.of(work)) {
        if (!absent.contains(contender)) {
          measure(work, contender);
        }
      }
    }
  }

  private void measure(Work work, Contender contender) throws IOException, RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(contender.pattern())
            .param("work", work.name())
            .shouldFailOnError(true)
            .output(LOG.toString());
    try {
      speeds.add(work, contender, run(pace.applyTo(options).build()));
    } catch (RunnerException e) {
      System.err.println(Files.readString(LOG));
      throw e;
    }
  }

  /** Without the warnings that each JVM writes about its flags; what fails, JMH has in its log. */
  private static RunResult run(Options options) throws RunnerException {
    PrintStream console = System.err;
    System.setErr(new PrintStream(OutputStream.nullOutputStream()));
    try {
      return new Runner(options).runSingle();
    } finally {
      System.setErr(console);
    }
  }
}
