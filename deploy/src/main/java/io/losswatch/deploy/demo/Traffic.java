package io.losswatch.deploy.demo;

import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.codec.RecordCodec;
import java.util.List;
import java.util.Random;

/**
 * The live traffic of one region: batches of 1 to 32 rows of each model in turn, on one of its
 * devices, and now and then a flawed record. The same seed gives the same traffic. One thread owns
 * it.
 */
final class Traffic {
  /** One record in so many is flawed. */
  static final int FLAWED_EVERY = 100;

  /** The first flaw comes early, so that a short run shows one. */
  private static final int FIRST_FLAW = 20;

  private static final int MAX_ROWS = 32;
  private static final List<Flaw> FLAWS = List.of(Flaw.values());
  private static final List<String> DEVICES = List.of("phone", "kiosk");

  private final RecordCodec<LogitBatch> codec = RecordCodec.of(LogitBatch.class);
  private final List<Feed> feeds;
  private final String region;
  private final Random random;
  private final int firstFlaw;
  private long sent;

  /**
   * @param feeds the models, the digits first
   */
  Traffic(List<Feed> feeds, String region, long seed) {
    this.feeds = List.copyOf(feeds);
    this.region = region;
    this.random = new Random(seed);
    this.firstFlaw = Math.floorMod(seed, FLAWS.size());
  }

  /** Where this traffic comes from. */
  String region() {
    return region;
  }

  /** The next record, as of this time. */
  Shipment next(long eventTimeMillis, boolean drifting) {
    long number = sent++;
    String key = "%s-%07d".formatted(region, number);
    boolean flawed = number % FLAWED_EVERY == FIRST_FLAW;
    Feed feed = feeds.get(flawed ? 0 : (int) (number % feeds.size()));
    int rows = 1 + random.nextInt(MAX_ROWS);
    String device = DEVICES.get(random.nextInt(DEVICES.size()));
    LabelledBatch batch =
        new LabelledBatch(feed.answer(random, rows, drifting), region, device, eventTimeMillis);
    LogitBatch record = batch.toRecord(key);
    if (flawed) {
      Flaw flaw = FLAWS.get((int) ((number / FLAWED_EVERY + firstFlaw) % FLAWS.size()));
      return Shipment.bad(key, flaw.spoil(record, codec), flaw);
    }
    return Shipment.good(key, codec.encode(record), batch);
  }
}
