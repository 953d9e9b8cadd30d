package io.losswatch.schemas.codec;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.tensor.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.avro.Schema;
import org.apache.avro.io.ResolvingDecoder;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a {@code LogitBatch}; owned by one thread. */
final class LogitBatchFields implements FieldReading<Batch> {
  private static final Symbols<OutputKind> KINDS =
      new Symbols<>(
          io.losswatch.schemas.OutputKind.getClassSchema(),
          OutputKind.class,
          Reason.MALFORMED_RECORD);
  private static final Symbols<Layout> LAYOUTS =
      new Symbols<>(
          io.losswatch.schemas.Layout.getClassSchema(), Layout.class, Reason.MALFORMED_RECORD);

  private final Names models = new Names();
  private final Names versions = new Names();
  private final TagFields tagFields = new TagFields();
  private final TensorFields predictionFields = new TensorFields("predictions");
  private final TensorFields labelFields = new TensorFields("labels");
  private final TensorFields weightFields = new TensorFields("weights");

  private @Nullable String model;
  private @Nullable String version;
  private OptionalLong eventTimeMillis = OptionalLong.empty();
  private @Nullable String batchId;
  private Map<String, String> tags = Map.of();
  private @Nullable OutputKind kind;
  private @Nullable Layout layout;
  private @Nullable Tensor predictions;
  private @Nullable Tensor labels;
  private @Nullable Tensor weights;
  private List<String> sampleIds = List.of();

  /** Avro gives every field of our schema exactly once, so none keeps what an older record had. */
  @Override
  public Batch read(ResolvingDecoder in) throws IOException {
    for (Schema.Field field : in.readFieldOrder()) {
      readField(field.name(), in);
    }
    Batch batch = batch();
    letGo();
    return batch;
  }

  private void readField(String name, ResolvingDecoder in) throws IOException {
    switch (name) {
      case "model" -> model = in.readString();
      case "version" -> version = in.readString();
      case "event_time" ->
          eventTimeMillis =
              FieldReading.isNull(in) ? OptionalLong.empty() : OptionalLong.of(in.readLong());
      case "batch_id" -> batchId = FieldReading.isNull(in) ? null : in.readString();
      case "tags" -> tags = TagFields.readAll(in);
      case "kind" -> kind = KINDS.read(in);
      case "layout" -> layout = LAYOUTS.read(in);
      case "predictions" -> predictions = predictionFields.read(in);
      case "labels" -> labels = FieldReading.isNull(in) ? null : labelFields.read(in);
      case "weights" -> weights = FieldReading.isNull(in) ? null : weightFields.read(in);
      case "sample_ids" ->
          sampleIds = FieldReading.isNull(in) ? List.of() : FieldReading.readStrings(in);
      default ->
          throw new IllegalStateException("LogitBatch has a field that is not read: " + name);
    }
  }

  private Batch batch() {
    BatchHeader header =
        new BatchHeader(
            Objects.requireNonNull(model),
            Objects.requireNonNull(version),
            eventTimeMillis,
            batchId,
            tags);
    Predictions outputs =
        new Predictions(
            Objects.requireNonNull(kind),
            Objects.requireNonNull(layout),
            Objects.requireNonNull(predictions));
    return new Batch(header, outputs, labels, weights, sampleIds);
  }

  /** Java evaluates arguments from left to right: the order of the fields in input.avdl. */
  @Override
  public Batch read(ByteArrayDecoder in) throws IOException {
    BatchHeader header =
        new BatchHeader(
            models.read(in),
            versions.read(in),
            FieldReading.isNull(in) ? OptionalLong.empty() : OptionalLong.of(in.readLong()),
            FieldReading.isNull(in) ? null : in.readString(),
            tagFields.read(in));
    Predictions outputs =
        new Predictions(KINDS.read(in), LAYOUTS.read(in), predictionFields.read(in));
    return new Batch(
        header,
        outputs,
        FieldReading.isNull(in) ? null : labelFields.read(in),
        FieldReading.isNull(in) ? null : weightFields.read(in),
        FieldReading.isNull(in) ? List.of() : FieldReading.readStrings(in));
  }

  /** The arrays behind these are large, and this reader may wait long for the next record. */
  private void letGo() {
    predictions = null;
    labels = null;
    weights = null;
    sampleIds = List.of();
  }
}
