package io.losswatch.core.window;

/**
 * The arithmetic of windows {@code [m·every, m·every + size)} over all integers m. Floor division
 * throughout, so that times before 1970 are like all others. Times and sizes are below 2^60 in
 * magnitude, where nothing overflows.
 *
 * @param sizeMillis length of a window
 * @param everyMillis distance of two starts, at most the size: each instant is in a window
 */
record Grid(long sizeMillis, long everyMillis) {
  /** Event times beyond this (36 million years) are refused, so that sums of times are exact. */
  static final long MAX_TIME_MILLIS = 1L << 60;

  private static final long MAX_SIZE_MILLIS = 3_650L * 86_400_000;

  static Grid of(Window window) {
    if (window instanceof Rolling rolling) {
      return new Grid(rolling.sizeMillis(), rolling.everyMillis());
    }
    return new Grid(window.paneMillis(), window.paneMillis());
  }

  /** End of the first window that contains the time: the smallest end after it. */
  long firstEndAfter(long timeMillis) {
    return (Math.floorDiv(timeMillis - sizeMillis, everyMillis) + 1) * everyMillis + sizeMillis;
  }

  /** End of the last window that contains the time. */
  long lastEndOf(long timeMillis) {
    return floor(timeMillis, everyMillis) + sizeMillis;
  }

  /**
   * End of the window that closes the series if nothing follows on the time: the first one that
   * starts after it.
   */
  long closingEndOf(long timeMillis) {
    return lastEndOf(timeMillis) + everyMillis;
  }

  /** The greatest multiple of the width that is not above the time. */
  static long floor(long timeMillis, long widthMillis) {
    return timeMillis - Math.floorMod(timeMillis, widthMillis);
  }

  static long greatestCommonDivisor(long a, long b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }

  static void checkSize(String name, long millis) {
    if (millis < 1 || millis > MAX_SIZE_MILLIS) {
      throw new IllegalArgumentException(
          "a window's "
              + name
              + " is from 1ms to 3650d, but this is "
              + (millis < 0 ? millis + " ms" : DurationText.format(millis)));
    }
  }
}
