package io.losswatch.stream.fold;

import io.losswatch.core.tensor.Tensor;
import io.losswatch.schemas.LabelBatch;
import io.losswatch.schemas.Layout;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import io.losswatch.schemas.codec.AvroTensors;
import io.losswatch.schemas.codec.RecordCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Seeded predictions and labels of one lane in any order: labels before, long after and without
 * their predictions, again, by batch and by sample, of one version and of any. Numbers are whole
 * and few, so that sums are exact however they are merged.
 */
public final class LateEvents {
  private static final RecordCodec<LogitBatch> BATCHES = RecordCodec.of(LogitBatch.class);
  private static final RecordCodec<LabelBatch> LABELS = RecordCodec.of(LabelBatch.class);
  private static final int IDS = 40;

  private final Random random;
  private final long horizonMillis;

  /** What came, on which side. */
  public sealed interface Event permits Prediction, Label {
    long timeMillis();

    byte[] value();
  }

  /**
   * A batch.
   *
   * @param labels null: they come later
   */
  public record Prediction(
      long timeMillis,
      String version,
      @Nullable String batchId,
      List<String> ids,
      float[] values,
      float @Nullable [] labels)
      implements Event {
    @Override
    public byte[] value() {
      return BATCHES.encode(
          LogitBatch.newBuilder()
              .setModel("m")
              .setVersion(version)
              .setEventTime(Instant.ofEpochMilli(timeMillis))
              .setBatchId(batchId)
              .setTags(Map.of())
              .setKind(OutputKind.VALUES)
              .setLayout(Layout.CLASS_LAST)
              .setPredictions(tensor(values))
              .setLabels(labels == null ? null : tensor(labels))
              .setSampleIds(ids.isEmpty() ? null : ids)
              .build());
    }
  }

  /** Labels; of a batch if it is named. */
  public record Label(
      long timeMillis, String version, @Nullable String batchId, List<String> ids, float[] values)
      implements Event {
    @Override
    public byte[] value() {
      return LABELS.encode(
          LabelBatch.newBuilder()
              .setModel("m")
              .setVersion(version)
              .setLabelTime(Instant.ofEpochMilli(timeMillis))
              .setBatchId(batchId)
              .setSampleIds(ids.isEmpty() ? null : ids)
              .setLabels(tensor(values))
              .build());
    }
  }

  /** Labels of a model that no monitor watches: they move the watermark. */
  public static byte[] closing(Instant time) {
    return LABELS.encode(
        LabelBatch.newBuilder()
            .setModel("closing")
            .setVersion("")
            .setLabelTime(time)
            .setBatchId("closing")
            .setSampleIds(null)
            .setLabels(tensor(new float[] {0}))
            .build());
  }

  private static io.losswatch.schemas.Tensor tensor(float[] values) {
    return AvroTensors.of(Tensor.ofFloats(values, values.length));
  }

  public LateEvents(long seed, long horizonMillis) {
    this.random = new Random(seed);
    this.horizonMillis = horizonMillis;
  }

  /** So many, each no later than its own moment of the clock, which ends at the last one's. */
  public List<Event> events(int count, long startMillis, long spanMillis) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long now = startMillis + spanMillis * i / count;
      long time = now - late();
      events.add(random.nextBoolean() ? prediction(time) : label(time));
    }
    return events;
  }

  private long late() {
    return random.nextInt(12) == 0
        ? random.nextInt((int) (2 * horizonMillis))
        : random.nextInt(1500);
  }

  private Prediction prediction(long time) {
    boolean byBatch = random.nextInt(4) > 0;
    int rows = 1 + random.nextInt(4);
    List<String> ids = byBatch && random.nextBoolean() ? List.of() : ids(rows);
    float[] labels = random.nextInt(8) == 0 ? numbers(rows) : null;
    String id = byBatch ? id() + "/" + rows : null;
    return new Prediction(time, "v" + random.nextInt(2), id, ids, numbers(rows), labels);
  }

  private Label label(long time) {
    int rows = 1 + random.nextInt(4);
    String version = List.of("", "v0", "v1").get(random.nextInt(3));
    return random.nextBoolean()
        ? new Label(time, version, id() + "/" + rows, List.of(), numbers(rows))
        : new Label(time, version, null, ids(rows), numbers(rows));
  }

  private String id() {
    return "b" + random.nextInt(IDS / 4);
  }

  private List<String> ids(int rows) {
    List<String> ids = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      ids.add("s" + random.nextInt(IDS));
    }
    return ids;
  }

  private float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = random.nextInt(8);
    }
    return numbers;
  }
}
