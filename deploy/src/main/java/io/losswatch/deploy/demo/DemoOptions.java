package io.losswatch.deploy.demo;

import java.util.OptionalLong;

/**
 * What may be said to the demo.
 *
 * @param port where the page is served; 0 takes a free one
 * @param seconds how long traffic flows; absent: until the process is told to stop
 * @param opensBrowser false: the page is not opened by itself
 */
public record DemoOptions(int port, OptionalLong seconds, boolean opensBrowser) {
  public DemoOptions {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("a port lies in [0, 65535], but this is " + port);
    }
    if (seconds.isPresent() && (seconds.getAsLong() < 1 || seconds.getAsLong() > 86_400)) {
      throw new IllegalArgumentException(
          "the demo runs for 1 to 86400 seconds, but this is " + seconds.getAsLong());
    }
  }
}
