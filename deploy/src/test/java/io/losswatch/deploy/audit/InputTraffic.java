package io.losswatch.deploy.audit;

import io.losswatch.schemas.DataType;
import io.losswatch.schemas.Layout;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import io.losswatch.schemas.Tensor;
import io.losswatch.schemas.codec.RecordCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Five minutes of seeded batches over all source partitions: most in order, some late, some too
 * late, some without labels, some of no monitor, some poison; with holes between offsets, as
 * markers of transactions leave them.
 */
final class InputTraffic {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int SECONDS = 300;
  private static final RecordCodec<LogitBatch> CODEC = RecordCodec.of(LogitBatch.class);
  private static final String[] REGIONS = {"north", "south"};

  private final Random random;
  private final List<List<ConsumerRecord<byte[], byte[]>>> records = new ArrayList<>();
  private final long[] offsets = new long[StreamedTopics.SOURCES];

  InputTraffic(Random random) {
    this.random = random;
    for (int source = 0; source < StreamedTopics.SOURCES; source++) {
      records.add(new ArrayList<>());
    }
  }

  List<List<ConsumerRecord<byte[], byte[]>>> records() {
    for (int second = 0; second < SECONDS; second++) {
      add(random.nextInt(StreamedTopics.SOURCES), value(second));
    }
    for (int source = 0; source < StreamedTopics.SOURCES; source++) {
      add(source, CODEC.encode(batch("closing", START.plusSeconds(3600))));
    }
    return records;
  }

  private void add(int source, byte[] value) {
    offsets[source] += random.nextInt(5) == 0 ? 2 : 1;
    records
        .get(source)
        .add(
            new ConsumerRecord<>(
                StreamedTopics.INPUT, source, offsets[source], new byte[0], value));
  }

  private byte[] value(int second) {
    int kind = random.nextInt(20);
    if (kind == 0) {
      return "no frame".getBytes(StandardCharsets.UTF_8);
    }
    long lateSeconds = kind == 1 ? 100 : kind == 2 ? 15 : random.nextInt(2);
    LogitBatch batch =
        batch(
            kind == 3 ? "unwanted" : "m" + random.nextInt(2),
            START.plusSeconds(second - lateSeconds));
    if (kind == 4) {
      batch.setLabels(null);
    }
    return CODEC.encode(batch);
  }

  private LogitBatch batch(String model, Instant time) {
    int rows = 1 + random.nextInt(5);
    return LogitBatch.newBuilder()
        .setModel(model)
        .setVersion("1")
        .setEventTime(time)
        .setTags(Map.of("region", REGIONS[random.nextInt(REGIONS.length)]))
        .setKind(OutputKind.VALUES)
        .setLayout(Layout.CLASS_LAST)
        .setPredictions(numbers(rows))
        .setLabels(numbers(rows))
        .build();
  }

  private Tensor numbers(int rows) {
    List<Double> numbers = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      numbers.add(random.nextGaussian());
    }
    return new Tensor(DataType.FP64, List.of((long) rows), numbers);
  }
}
