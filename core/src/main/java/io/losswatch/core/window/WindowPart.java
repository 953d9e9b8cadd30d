package io.losswatch.core.window;

/**
 * One small piece of the state of {@link SeriesWindows}, to be kept under its key. The pieces that
 * are kept at any moment, restored in any order, are the whole state.
 */
public sealed interface WindowPart {
  /** Unique among the parts of one series. */
  String key();

  /**
   * The sums of a pane.
   *
   * @param widthMillis length of the pane
   * @param startMillis its first instant
   * @param sums of its samples
   */
  record Pane(long widthMillis, long startMillis, LossSummary.State sums) implements WindowPart {
    @Override
    public String key() {
      return key(widthMillis, startMillis);
    }

    static String key(long widthMillis, long startMillis) {
      return "pane:" + widthMillis + "/" + startMillis;
    }
  }

  /**
   * How far the publication of a window is that the watermark has passed and that is not final.
   *
   * @param window specification
   * @param endMillis end of the window
   * @param revision published last; -1: none yet
   * @param dirty whether something changed since
   * @param notBeforeMillis the watermark at which the next revision may be published
   */
  record Publication(
      Window window, long endMillis, int revision, boolean dirty, long notBeforeMillis)
      implements WindowPart {
    @Override
    public String key() {
      return key(window, endMillis);
    }

    static String key(Window window, long endMillis) {
      return "publication:" + window + "@" + endMillis;
    }
  }

  /**
   * Decayed sums of an {@link Ewma}.
   *
   * @param window specification
   * @param endMillis end of the pane that they are decayed to
   * @param published true: of all panes that were published, up to this one; false: of this one,
   *     which was not
   * @param sums the sums
   */
  record Decayed(Ewma window, long endMillis, boolean published, LossSummary.State sums)
      implements WindowPart {
    @Override
    public String key() {
      return published ? key(window) : key(window, endMillis);
    }

    static String key(Ewma window) {
      return "average:" + window;
    }

    static String key(Ewma window, long endMillis) {
      return key(window) + "@" + endMillis;
    }
  }

  /**
   * Some successive samples of a {@link Last}.
   *
   * @param window specification
   * @param number of the block, counted from 0 since the series began
   * @param bounds of the event times of its samples
   * @param seenMillis event time at which its latest sample came
   * @param sums the sums
   */
  record Block(
      Last window, long number, WindowResult.Bounds bounds, long seenMillis, LossSummary.State sums)
      implements WindowPart {
    @Override
    public String key() {
      return key(window, number);
    }

    /** A block takes the place of the one that it pushes out of the window. */
    static String key(Last window, long number) {
      return "block:" + window + "#" + number % window.blocks();
    }
  }

  /**
   * Up to where windows have been published or found empty.
   *
   * @param watermarkMillis a watermark
   */
  record Mark(long watermarkMillis) implements WindowPart {
    static final String KEY = "mark";

    @Override
    public String key() {
      return KEY;
    }
  }
}
