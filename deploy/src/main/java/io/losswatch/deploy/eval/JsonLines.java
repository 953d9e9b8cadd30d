package io.losswatch.deploy.eval;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.loss.LossBuffer;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON objects, one a line. Numbers have the fewest digits that give the same double; NaN
 * and the infinities are the strings {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}.
 * Owned by one thread.
 */
public final class JsonLines implements AutoCloseable {
  /** The writer for doubles of JDK 17 itself gives a digit too many now and then. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .build();

  private final JsonGenerator json;

  /**
   * Lines on a writer.
   *
   * @param out flushed at the end, not closed
   */
  public JsonLines(Writer out) throws IOException {
    this.json = FACTORY.createGenerator(out).setPrettyPrinter(new MinimalPrettyPrinter(""));
  }

  /** One record's losses, row-major. */
  void writeLosses(long record, @Nullable String batchId, LossBuffer losses) throws IOException {
    json.writeStartObject();
    json.writeNumberField("record", record);
    json.writeStringField("batch_id", batchId);
    json.writeArrayFieldStart("shape");
    for (int axis = 0; axis < losses.shape().rank(); axis++) {
      json.writeNumber(losses.shape().extent(axis));
    }
    json.writeEndArray();
    json.writeArrayFieldStart("losses");
    for (int i = 0; i < losses.size(); i++) {
      json.writeNumber(losses.losses()[i]);
    }
    json.writeEndArray();
    endLine();
  }

  /** One record's reduced loss. */
  void writeValue(long record, double value) throws IOException {
    json.writeStartObject();
    json.writeNumberField("record", record);
    json.writeNumberField("value", value);
    endLine();
  }

  /** Why one record was refused. */
  void writeError(long record, Reason reason, @Nullable String message) throws IOException {
    json.writeStartObject();
    json.writeNumberField("record", record);
    json.writeStringField("error", reason.code());
    json.writeStringField("message", message);
    endLine();
  }

  /** A record, its fields by their names; times are milliseconds since the epoch. */
  void writeRecord(SpecificRecord record) throws IOException {
    json.writeStartObject();
    for (Schema.Field field : record.getSchema().getFields()) {
      json.writeFieldName(field.name());
      write(record.get(field.pos()));
    }
    endLine();
  }

  private void write(@Nullable Object value) throws IOException {
    if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeFieldName(entry.getKey().toString());
        write(entry.getValue());
      }
      json.writeEndObject();
    } else if (value instanceof Instant time) {
      json.writeNumber(time.toEpochMilli());
    } else if (value instanceof Double number) {
      json.writeNumber(number);
    } else if (value instanceof Number number) {
      json.writeNumber(number.longValue());
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value == null) {
      json.writeNull();
    } else {
      json.writeString(value.toString());
    }
  }

  private void endLine() throws IOException {
    json.writeEndObject();
    json.writeRaw('\n');
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
