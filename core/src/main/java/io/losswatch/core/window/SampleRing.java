package io.losswatch.core.window;

import io.losswatch.core.window.WindowResult.Bounds;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The samples of one {@link Last} of a series, summed up in blocks that no window cuts. A sample is
 * added to its block by itself and blocks are merged from the oldest on, so that the numbers do not
 * depend on how samples were bundled or when the series was restored. Mutable; owned by the series.
 */
final class SampleRing {
  private final Last window;
  private final boolean recording;
  private final Deque<Block> blocks = new ArrayDeque<>();
  private final List<WindowPart.Block> restored = new ArrayList<>();
  private final Set<Block> changed = new HashSet<>();
  private final Set<String> removed = new HashSet<>();
  private long seenMillis = Long.MIN_VALUE;

  SampleRing(Last window, boolean recording) {
    this.window = window;
    this.recording = recording;
  }

  private static final class Block {
    final long number;
    final LossSummary sums;
    long firstMillis = Long.MAX_VALUE;
    long lastMillis = Long.MIN_VALUE;
    long seenMillis;

    Block(long number, LossSummary sums) {
      this.number = number;
      this.sums = sums;
    }

    int size() {
      return (int) (sums.count() + sums.nanCount() + sums.infCount());
    }
  }

  /**
   * Takes samples and adds the windows that are due to the results.
   *
   * @param eventTimeMillis of all of them
   * @param nowMillis in event time, to tell how long the series is silent
   */
  void append(SampleRun run, long eventTimeMillis, long nowMillis, List<WindowResult> results) {
    assemble();
    seenMillis = Math.max(seenMillis, nowMillis);
    for (int i = 0; i < run.size(); i++) {
      Block open = open();
      open.sums.add(run.numerator(i), run.weight(i), run.elements());
      open.firstMillis = Math.min(open.firstMillis, eventTimeMillis);
      open.lastMillis = Math.max(open.lastMillis, eventTimeMillis);
      open.seenMillis = seenMillis;
      if (recording) {
        changed.add(open);
      }
      if (open.size() == window.blockSamples() && isDueBehind(open)) {
        results.add(result());
      }
    }
  }

  private boolean isDueBehind(Block block) {
    long perWindow = window.every() / window.blockSamples();
    return (block.number + 1) % perWindow == 0;
  }

  /** The block that has room. */
  private Block open() {
    Block newest = blocks.peekLast();
    if (newest != null && newest.size() < window.blockSamples()) {
      return newest;
    }
    Block open = new Block(newest == null ? 0 : newest.number + 1, new LossSummary());
    blocks.addLast(open);
    if (blocks.size() > window.blocks()) {
      changed.remove(blocks.removeFirst()); // its place is taken by the new one
    }
    return open;
  }

  private WindowResult result() {
    LossSummary sums = new LossSummary();
    long firstMillis = Long.MAX_VALUE;
    long lastMillis = Long.MIN_VALUE;
    for (Block block : blocks) {
      sums.merge(block.sums);
      firstMillis = Math.min(firstMillis, block.firstMillis);
      lastMillis = Math.max(lastMillis, block.lastMillis);
    }
    return new WindowResult(window, new Bounds(firstMillis, lastMillis + 1), sums, 0, true);
  }

  /** When it is forgotten, unless samples come before; Long.MAX_VALUE: it is empty. */
  long doneMillis() {
    assemble();
    return blocks.isEmpty() ? Long.MAX_VALUE : seenMillis + Last.LIFE_MILLIS;
  }

  /** Forgets everything if it has been silent for too long. */
  void dropDone(long nowMillis) {
    if (nowMillis >= doneMillis()) {
      blocks.forEach(block -> removed.add(key(block)));
      blocks.clear();
      changed.clear();
      seenMillis = Long.MIN_VALUE;
    }
  }

  boolean isEmpty() {
    return blocks.isEmpty() && restored.isEmpty();
  }

  private String key(Block block) {
    return WindowPart.Block.key(window, block.number);
  }

  void drainChanges(List<WindowPart> kept, List<String> gone) {
    changed.stream()
        .sorted(Comparator.comparingLong(block -> block.number))
        .forEach(block -> {
          kept.add(
              new WindowPart.Block(
                  window,
                  block.number,
                  new Bounds(block.firstMillis, block.lastMillis + 1),
                  block.seenMillis,
                  block.sums.state()));
          removed.remove(key(block));
        });
    gone.addAll(removed);
    changed.clear();
    removed.clear();
  }

  /** Puts back a block, unless it is another window's. */
  boolean restore(WindowPart.Block part) {
    return window.equals(part.window()) && restored.add(part);
  }

  /** Blocks come back in any order. */
  private void assemble() {
    if (restored.isEmpty()) {
      return;
    }
    restored.sort(Comparator.comparingLong(WindowPart.Block::number));
    for (WindowPart.Block part : restored) {
      Block block = new Block(part.number(), LossSummary.of(part.sums()));
      block.firstMillis = part.bounds().startMillis();
      block.lastMillis = part.bounds().endMillis() - 1;
      block.seenMillis = part.seenMillis();
      seenMillis = Math.max(seenMillis, block.seenMillis);
      blocks.addLast(block);
    }
    restored.clear();
  }
}
