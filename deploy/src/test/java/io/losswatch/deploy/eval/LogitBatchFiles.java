package io.losswatch.deploy.eval;

import io.losswatch.schemas.DataType;
import io.losswatch.schemas.Layout;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import io.losswatch.schemas.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;
import org.jspecify.annotations.Nullable;

/** Avro object container files, as producers in Java write them. */
public final class LogitBatchFiles {
  private LogitBatchFiles() {}

  /** Writes a file of these batches. */
  public static Path write(Path file, LogitBatch... batches) throws IOException {
    try (DataFileWriter<LogitBatch> writer =
        new DataFileWriter<>(new SpecificDatumWriter<>(LogitBatch.class))) {
      writer.create(LogitBatch.getClassSchema(), file.toFile());
      for (LogitBatch batch : batches) {
        writer.append(batch);
      }
    }
    return file;
  }

  /** A batch whose numbers are written by hand. */
  public static LogitBatch batch(
      OutputKind kind, @Nullable String id, Tensor predictions, @Nullable Tensor labels) {
    return LogitBatch.newBuilder()
        .setModel("m")
        .setBatchId(id)
        .setKind(kind)
        .setLayout(Layout.CLASS_LAST)
        .setPredictions(predictions)
        .setLabels(labels)
        .build();
  }

  /** A tensor of FP64. */
  public static Tensor doubles(List<Long> shape, Double... numbers) {
    return new Tensor(DataType.FP64, shape, Arrays.asList(numbers));
  }

  /** A tensor of INT64. */
  public static Tensor labels(Double... numbers) {
    return new Tensor(DataType.INT64, List.of((long) numbers.length), Arrays.asList(numbers));
  }
}
