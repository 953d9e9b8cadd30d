package io.losswatch.schemas.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Writes records as plain JSON for readers without Avro. */
public final class JsonRecords {
  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonRecords() {}

  /**
   * The record as one JSON object in UTF-8 on one line, with the record's own field names. Instants
   * are milliseconds since the epoch; NaN and the infinities are the strings {@code "NaN"}, {@code
   * "Infinity"} and {@code "-Infinity"}; bytes are Base64. Maps are sorted by key.
   */
  public static byte[] write(SpecificRecord record) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      writeRecord(json, record);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void writeRecord(JsonGenerator json, SpecificRecord record) throws IOException {
    json.writeStartObject();
    for (Schema.Field field : record.getSchema().getFields()) {
      json.writeFieldName(field.name());
      writeValue(json, record.get(field.pos()));
    }
    json.writeEndObject();
  }

  private static void writeValue(JsonGenerator json, @Nullable Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof SpecificRecord record) {
      writeRecord(json, record);
    } else if (value instanceof Map<?, ?> map) {
      writeMap(json, map);
    } else if (value instanceof Collection<?> items) {
      writeArray(json, items);
    } else {
      writeScalar(json, value);
    }
  }

  private static void writeMap(JsonGenerator json, Map<?, ?> map) throws IOException {
    json.writeStartObject();
    for (Map.Entry<?, ?> entry : new TreeMap<>(map).entrySet()) {
      json.writeFieldName(entry.getKey().toString());
      writeValue(json, entry.getValue());
    }
    json.writeEndObject();
  }

  private static void writeArray(JsonGenerator json, Collection<?> items) throws IOException {
    json.writeStartArray();
    for (Object item : items) {
      writeValue(json, item);
    }
    json.writeEndArray();
  }

  /** Jackson writes the doubles that JSON lacks as the strings that we want. */
  private static void writeScalar(JsonGenerator json, Object value) throws IOException {
    if (value instanceof Double number) {
      json.writeNumber(number);
    } else if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof Integer number) {
      json.writeNumber(number);
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value instanceof Instant instant) {
      json.writeNumber(instant.toEpochMilli());
    } else if (value instanceof ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      json.writeBinary(copy);
    } else {
      json.writeString(value.toString());
    }
  }
}
