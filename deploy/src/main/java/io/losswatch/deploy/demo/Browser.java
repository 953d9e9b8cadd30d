package io.losswatch.deploy.demo;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The browser of whoever sits before the machine, if there is somebody. */
final class Browser {
  private static final Logger LOG = LoggerFactory.getLogger(Browser.class);

  private Browser() {}

  /** Opens a page, if there is a desktop; nothing fails for want of one. */
  static void open(String url) {
    String command = command(System.getProperty("os.name", ""), System.getenv());
    if (command.isEmpty()) {
      return;
    }
    try {
      new ProcessBuilder(command, url)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      LOG.debug("no browser was opened", e);
    }
  }

  /** What opens a page here; empty: nothing does. */
  static String command(String system, Map<String, String> environment) {
    if (system.toLowerCase(Locale.ROOT).startsWith("mac")) {
      return "open";
    }
    boolean hasDesktop =
        environment.containsKey("DISPLAY") || environment.containsKey("WAYLAND_DISPLAY");
    return hasDesktop ? "xdg-open" : "";
  }
}
