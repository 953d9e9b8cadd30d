package io.losswatch.stream.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * Laws, over random sources on random instances that hear of each other late and forget: all that
 * is there is read in the end, and who has heard of everybody reads no further ahead than max-skew.
 */
class SkewLawTest {
  private static final int SEEDS = 500;
  private static final long MAX_SKEW = 1000;
  private static final long MAX_JUMP = 300;
  private static final int TOLD_AGAIN = 40;
  private static final int ENOUGH_ROUNDS = 20_000;

  /** One seed. Sources 0 to n-1; instance i owns those whose number is i modulo their count. */
  private static final class World {
    private final Random random;
    private final List<Feed> feeds = new ArrayList<>();
    private final List<Long> left = new ArrayList<>();
    private final List<Instance> instances = new ArrayList<>();
    private final Map<SourcePartition, Long> told = new HashMap<>();
    private long furthestAhead;
    private int round;

    World(long seed) {
      random = new Random(seed);
      int sources = 1 + random.nextInt(6);
      for (int i = 0; i < sources; i++) {
        SourcePartition source = new SourcePartition("predictions", i);
        Feed feed = new Feed(new Lane(source, 1), new TopicPartition("predictions", i));
        feed.startAt(0, new Moment(0, 0));
        feeds.add(feed);
        left.add((long) random.nextInt(60));
      }
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        instances.add(new Instance(sources));
      }
    }

    /** One source may read; words get around; somebody may forget. */
    void step() {
      round++;
      int chosen = random.nextInt(feeds.size());
      Feed feed = feeds.get(chosen);
      Instance owner = instances.get(chosen % instances.size());
      owner.brake.decide(ownedBy(owner), Long.MAX_VALUE, round);
      if (left.get(chosen) > 0 && !feed.isAhead()) {
        read(chosen, feed, owner);
      } else if (left.get(chosen) == 0) {
        // at its end: the idle rule moves it on, as no paused source would be
        tell(feed, feed.isAhead() ? feed.lane().watermarkMillis() : last());
      }
      if (round % TOLD_AGAIN == 0) {
        feeds.forEach(each -> told.put(each.lane().source(), each.lane().watermarkMillis()));
      }
      instances.get(random.nextInt(instances.size())).listen();
      if (random.nextInt(200) == 0) {
        instances.get(random.nextInt(instances.size())).forget();
      }
    }

    private List<Feed> ownedBy(Instance owner) {
      return feeds.stream()
          .filter(feed -> instances.get(feeds.indexOf(feed) % instances.size()) == owner)
          .toList();
    }

    private void read(int chosen, Feed feed, Instance owner) {
      long before = feed.lane().watermarkMillis();
      if (owner.hasHeardAll() && before != Lane.SILENT) {
        furthestAhead = Math.max(furthestAhead, before - smallest());
      }
      long start = before == Lane.SILENT ? 10L * random.nextInt(1000) : before;
      left.set(chosen, left.get(chosen) - 1);
      tell(feed, start + random.nextInt((int) MAX_JUMP));
    }

    /** Where the slowest stands, whether everybody knows it or not. */
    private long smallest() {
      return feeds.stream().mapToLong(each -> each.lane().watermarkMillis()).min().orElseThrow();
    }

    /** All hear of each quarter of max-skew, and of the first word. */
    private void tell(Feed feed, long watermark) {
      long before = feed.lane().watermarkMillis();
      feed.lane().advance(Math.max(before, watermark));
      long quarter = MAX_SKEW / 4;
      if (before == Lane.SILENT
          || Math.floorDiv(before, quarter) != Math.floorDiv(watermark, quarter)) {
        told.put(feed.lane().source(), feed.lane().watermarkMillis());
      }
    }

    private long last() {
      return feeds.stream().mapToLong(feed -> feed.lane().watermarkMillis()).max().orElseThrow();
    }

    boolean isRead() {
      return left.stream().allMatch(records -> records == 0);
    }

    /** What an instance has heard. */
    private final class Instance {
      private final int sources;
      private SourceWatermarks watermarks;
      private Brake brake;
      private final Map<SourcePartition, Long> heard = new HashMap<>();

      Instance(int sources) {
        this.sources = sources;
        this.watermarks = new SourceWatermarks(Map.of("predictions", sources));
        this.brake = new Brake(watermarks, MAX_SKEW);
      }

      void forget() {
        heard.clear();
        watermarks = new SourceWatermarks(Map.of("predictions", sources));
        brake = new Brake(watermarks, MAX_SKEW);
        // what was said before it began is lost to it; all say it again
        told.keySet().removeIf(source -> random.nextBoolean());
      }

      void listen() {
        told.forEach((source, watermark) -> {
          watermarks.hear(source, watermark);
          if (watermark != Lane.SILENT) {
            heard.put(source, watermark);
          }
        });
        watermarks.publish();
      }

      boolean hasHeardAll() {
        return heard.size() == sources;
      }
    }
  }

  @Test
  void sources_ofAnyPace_areAllReadAndNoneRunsAhead() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      World world = new World(seed);
      while (!world.isRead() && world.round < ENOUGH_ROUNDS) {
        world.step();
      }
      assertThat(world.isRead()).as("seed %d: all is read", seed).isTrue();
      assertThat(world.furthestAhead).as("seed %d", seed).isLessThanOrEqualTo(MAX_SKEW);
    }
  }
}
