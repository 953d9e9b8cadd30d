package io.losswatch.schemas.codec;

import io.losswatch.core.batch.LateLabels;
import io.losswatch.core.tensor.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.io.ResolvingDecoder;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a {@code LabelBatch}; owned by one thread. */
final class LabelBatchFields implements FieldReading<LateLabels> {
  private final Names models = new Names();
  private final Names versions = new Names();
  private final TensorFields labelFields = new TensorFields("labels");
  private final TensorFields weightFields = new TensorFields("weights");

  private @Nullable String model;
  private @Nullable String version;
  private long labelTimeMillis;
  private @Nullable String batchId;
  private List<String> sampleIds = List.of();
  private @Nullable Tensor labels;
  private @Nullable Tensor weights;

  /** Avro gives every field of our schema exactly once, so none keeps what an older record had. */
  @Override
  public LateLabels read(ResolvingDecoder in) throws IOException {
    for (Schema.Field field : in.readFieldOrder()) {
      readField(field.name(), in);
    }
    LateLabels.Target target =
        new LateLabels.Target(
            Objects.requireNonNull(model), Objects.requireNonNull(version), batchId, sampleIds);
    LateLabels late =
        new LateLabels(target, labelTimeMillis, Objects.requireNonNull(labels), weights);
    letGo();
    return late;
  }

  private void readField(String name, ResolvingDecoder in) throws IOException {
    switch (name) {
      case "model" -> model = in.readString();
      case "version" -> version = in.readString();
      case "label_time" -> labelTimeMillis = in.readLong();
      case "batch_id" -> batchId = FieldReading.isNull(in) ? null : in.readString();
      case "sample_ids" ->
          sampleIds = FieldReading.isNull(in) ? List.of() : FieldReading.readStrings(in);
      case "labels" -> labels = labelFields.read(in);
      case "weights" -> weights = FieldReading.isNull(in) ? null : weightFields.read(in);
      default ->
          throw new IllegalStateException("LabelBatch has a field that is not read: " + name);
    }
  }

  /** The order of the fields in input.avdl; what they say is checked when all are read. */
  @Override
  public LateLabels read(ByteArrayDecoder in) throws IOException {
    String model = models.read(in);
    String version = versions.read(in);
    long timeMillis = in.readLong();
    String batchId = FieldReading.isNull(in) ? null : in.readString();
    List<String> ids = FieldReading.isNull(in) ? List.of() : FieldReading.readStrings(in);
    Tensor labels = labelFields.read(in);
    Tensor weights = FieldReading.isNull(in) ? null : weightFields.read(in);
    LateLabels.Target target = new LateLabels.Target(model, version, batchId, ids);
    return new LateLabels(target, timeMillis, labels, weights);
  }

  /** The arrays behind these are large, and this reader may wait long for the next record. */
  private void letGo() {
    labels = null;
    weights = null;
    sampleIds = List.of();
  }
}
