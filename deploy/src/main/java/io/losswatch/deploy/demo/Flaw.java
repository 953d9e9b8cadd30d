package io.losswatch.deploy.demo;

import io.losswatch.core.batch.Reason;
import io.losswatch.schemas.DataType;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import io.losswatch.schemas.Tensor;
import io.losswatch.schemas.codec.RecordCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What can be wrong with a record of digits, and under which reason it must be refused. */
enum Flaw {
  /** Another first byte than any framing has. */
  UNKNOWN_MAGIC(Reason.MALFORMED_FRAME),
  /** The record ends in its middle. */
  TRUNCATED(Reason.MALFORMED_RECORD),
  /** The shape has one row more than the bytes. */
  SHAPE_CONTRADICTS_LENGTH(Reason.BAD_LENGTH),
  /** A digit that is no digit. */
  LABEL_OUT_OF_RANGE(Reason.BAD_LABEL),
  /** Plain values where the loss needs logits. */
  WRONG_KIND(Reason.WRONG_KIND);

  private final Reason reason;

  Flaw(Reason reason) {
    this.reason = reason;
  }

  /** The reason that stands on its dead letter. */
  Reason reason() {
    return reason;
  }

  /** The record's bytes, spoilt. The record may be changed. */
  byte[] spoil(LogitBatch batch, RecordCodec<LogitBatch> codec) {
    switch (this) {
      case UNKNOWN_MAGIC -> {
        byte[] value = codec.encode(batch);
        value[0] = 0x7F;
        return value;
      }
      case TRUNCATED -> {
        byte[] value = codec.encode(batch);
        return Arrays.copyOf(value, value.length / 2);
      }
      case SHAPE_CONTRADICTS_LENGTH -> {
        Tensor predictions = batch.getPredictions();
        List<Long> shape = new ArrayList<>(predictions.getShape());
        shape.set(0, shape.get(0) + 1);
        predictions.setShape(shape);
      }
      case LABEL_OUT_OF_RANGE -> {
        long rows = batch.getPredictions().getShape().get(0);
        double[] labels = new double[(int) rows];
        Arrays.fill(labels, 10);
        batch.setLabels(Numbers.integers(DataType.INT64, List.of(rows), labels).toTensor());
      }
      case WRONG_KIND -> batch.setKind(OutputKind.VALUES);
    }
    return codec.encode(batch);
  }
}
