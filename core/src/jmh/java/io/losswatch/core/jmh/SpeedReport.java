package io.losswatch.core.jmh;

import java.util.Locale;

/** The table of speeds as Markdown. */
final class SpeedReport {
  private final Host host;
  private final Speeds speeds;
  private final StringBuilder text = new StringBuilder();

  SpeedReport(Host host, Speeds speeds) {
    this.host = host;
    this.speeds = speeds;
  }

  /** All of it. */
  String text() {
    head();
    text.append(
        """
        | loss | shape | | losswatch | without vectors | PyTorch | losswatch / PyTorch | B a batch |
        |---|---|---|---:|---:|---:|---:|---:|
        """);
    for (Work work : Work.values()) {
      row(work);
    }
    text.append(
        """

        | this | G/s | beside this | G/s | ratio |
        |---|---:|---|---:|---:|
        """);
    comparisons();
    return text.toString();
  }

  private void head() {
    String pyTorch =
        host.hasPyTorch()
            ? "PyTorch %s".formatted(host.pyTorch())
            : "PyTorch is left out: no libraries of it for %s are on the class path"
                .formatted(Host.platform());
    text.append(
        """
        %s. JDK %s. %s. Kernels: %s. %s.

        One thread each. Speeds in 10⁹ predictions a second; B: bytes that losswatch allocates.

        """
            .formatted(host.cpu(), host.jdk(), host.date(), host.kernels(), pyTorch));
  }

  private void row(Work work) {
    double ours = speeds.of(work, Contender.LOSSWATCH);
    double theirs = speeds.of(work, Contender.PYTORCH);
    text.append(
        "| %s | %s | %s | %s | %s | %s | %s | %s |%n"
            .formatted(
                work.lossName(),
                work.shape(),
                work.note(),
                number("%.2f", ours),
                number("%.3f", speeds.of(work, Contender.SCALAR)),
                number("%.3f", theirs),
                number("%.1f", ours / theirs),
                number("%.0f", speeds.bytes(work, Contender.LOSSWATCH))));
  }

  private void comparisons() {
    compare(Work.MSE_80, "vector sum of the predictions", Contender.SUM_OF_PREDICTIONS);
    compare(Work.MSE_80, "vector sum of predictions and labels", Contender.SUM_OF_BOTH);
    for (Work work : Work.values()) {
      if (work != Work.CROSS_ENTROPY_1000 && work.resembles(Work.CROSS_ENTROPY_1000)) {
        compare(
            work.title(),
            speeds.of(work, Contender.LOSSWATCH),
            Work.CROSS_ENTROPY_1000.title(),
            speeds.of(Work.CROSS_ENTROPY_1000, Contender.LOSSWATCH));
      }
    }
    for (Work work : Work.values()) {
      if (Contender.of(work).contains(Contender.OBVIOUS_LOOP)) {
        compare(
            work.title() + " without vectors",
            speeds.of(work, Contender.SCALAR),
            "the obvious Math.exp loop",
            speeds.of(work, Contender.OBVIOUS_LOOP));
      }
    }
  }

  private void compare(Work work, String beside, Contender other) {
    compare(work.title(), speeds.of(work, Contender.LOSSWATCH), beside, speeds.of(work, other));
  }

  private void compare(String what, double speed, String beside, double other) {
    text.append(
        "| %s | %s | %s | %s | %s |%n"
            .formatted(
                what,
                number("%.3f", speed),
                beside,
                number("%.3f", other),
                number("%.2f", speed / other)));
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, format, value);
  }
}
