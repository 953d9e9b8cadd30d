package io.losswatch.core.window;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A random monitor and a random course of deltas and watermarks, by seed. */
final class RandomStream {
  private static final String[] WINDOWS = {
    "rolling:20ms/5ms",
    "rolling:7ms/3ms",
    "tumbling:10ms",
    "rolling:20ms/5ms tumbling:30ms",
    "tumbling:12ms rolling:12ms/4ms rolling:6ms/2ms",
    "rolling:10ms/5ms rolling:40ms/5ms tumbling:5ms",
    "rolling:96ms/1ms",
    "rolling:80ms/2ms rolling:20ms/2ms"
  };

  private static final String[] WITH_AVERAGES = {
    "ewma:40ms", "ewma:80ms rolling:20ms/10ms tumbling:10ms", "tumbling:12ms ewma:8ms ewma:48ms"
  };

  private final Random random;
  private final WindowPlan plan;
  private long watermark;

  RandomStream(long seed) {
    this(seed, WINDOWS);
  }

  /** A stream whose windows are one of these texts. */
  private RandomStream(long seed, String[] texts) {
    random = new Random(seed);
    List<Window> windows = Arrays.stream(pick(texts).split(" ")).map(Window::parse).toList();
    plan = new WindowPlan(windows, new Lateness(pick(0, 3, 12, 50), pick(0, 7, 20)));
    watermark = pick(-150, 0, 1_000);
  }

  /** A stream of a monitor with averages, which {@link NaiveWindows} does not know. */
  static RandomStream withAverages(long seed) {
    return new RandomStream(seed, WITH_AVERAGES);
  }

  WindowPlan plan() {
    return plan;
  }

  long watermark() {
    return watermark;
  }

  boolean isFold() {
    return random.nextInt(5) < 3;
  }

  boolean isTrue() {
    return random.nextBoolean();
  }

  /** Moves the watermark a little, not at all, or far. */
  void move() {
    watermark += random.nextInt(25) == 0 ? 100 + random.nextInt(200) : random.nextInt(9);
  }

  /** Mostly near the watermark, sometimes far behind it. */
  NaiveWindows.Delta delta() {
    int late = random.nextInt(3) == 0 ? 80 : 15;
    long time = watermark - late + random.nextInt(late + 30);
    List<double[]> samples = new ArrayList<>();
    for (int count = random.nextInt(4); count > 0; count--) {
      samples.add(new double[] {(random.nextInt(200) - 50) / 8.0, pick(1, 2, 4) / 2.0});
    }
    long unlabeled = samples.isEmpty() ? 1 : random.nextInt(3) - samples.size();
    return new NaiveWindows.Delta(
        plan.paneStartMillis(time), samples, random.nextInt(2), unlabeled, random.nextInt(2));
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private long pick(long... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
