package io.losswatch.deploy.demo;

import java.io.PrintStream;
import java.util.List;

/**
 * Where the table is shown: a terminal, redrawn in place with one write a frame (lines are cut
 * where the terminal is narrower, so that the next frame finds its place), or anything else, with
 * one plain line a monitor now and then. One thread owns it.
 */
final class Screen {
  private static final long PLAIN_EVERY_MILLIS = 5_000;
  private static final String WRAP_OFF = "\u001b[?7l";
  private static final String WRAP_ON = "\u001b[?7h";
  private static final String TO_LINE_END = "\u001b[K";
  private static final String TO_SCREEN_END = "\u001b[J";

  private final PrintStream out;
  private final boolean isTerminal;
  private int drawnLines;
  private long plainAtMillis;

  Screen(PrintStream out, boolean isTerminal) {
    this.out = out;
    this.isTerminal = isTerminal;
  }

  void show(LossTable.View view) {
    if (isTerminal) {
      redraw(LossTable.lines(view));
    } else if (view.elapsedMillis() >= plainAtMillis) {
      plainAtMillis = view.elapsedMillis() + PLAIN_EVERY_MILLIS;
      LossTable.plainLines(view).forEach(out::println);
      out.flush();
    }
  }

  /** Lines below the table. */
  void print(List<String> lines) {
    lines.forEach(out::println);
    out.flush();
  }

  private void redraw(List<String> lines) {
    StringBuilder frame = new StringBuilder(WRAP_OFF);
    if (drawnLines > 0) {
      frame.append("\u001b[%dA".formatted(drawnLines)).append('\r');
    }
    for (String line : lines) {
      frame.append(line).append(TO_LINE_END).append('\n');
    }
    frame.append(TO_SCREEN_END).append(WRAP_ON);
    out.print(frame);
    out.flush();
    drawnLines = lines.size();
  }
}
