package io.losswatch.core.window;

import java.util.List;

/**
 * What must be written so that the kept state of a series is up to date. A part that changed
 * several times stands here once.
 *
 * @param kept parts that are new or have changed
 * @param removed keys of parts that are gone; some may never have been kept
 */
public record WindowChanges(List<WindowPart> kept, List<String> removed) {
  /** Copies both lists. */
  public WindowChanges {
    kept = List.copyOf(kept);
    removed = List.copyOf(removed);
  }
}
