package io.losswatch.deploy.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.RollingLoss;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Reads rolling losses that were published as JSON. */
final class LossJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private LossJson() {}

  /**
   * The rolling loss of a value; fields that are optional and missing are null.
   *
   * @throws RefusedException if it is none
   */
  static RollingLoss read(byte[] value) {
    try {
      JsonNode json = MAPPER.readTree(new String(value, StandardCharsets.UTF_8));
      RollingLoss loss = new RollingLoss();
      for (Schema.Field field : loss.getSchema().getFields()) {
        loss.put(field.pos(), value(json.path(field.name()), field));
      }
      return loss;
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new RefusedException(
          Reason.MALFORMED_RECORD, "a JSON value of the topic is a rolling loss, but this is none");
    }
  }

  private static @Nullable Object value(JsonNode json, Schema.Field field) {
    if (json.isMissingNode() && !field.hasDefaultValue()) {
      throw new IllegalArgumentException(field.name() + " is missing");
    }
    return switch (field.schema().getType()) {
      case STRING -> json.asText();
      // NaN and infinities are strings, which Java's own parser reads
      case DOUBLE -> Double.parseDouble(json.asText());
      case INT -> json.asInt();
      case BOOLEAN -> json.asBoolean();
      case LONG ->
          LogicalTypes.timestampMillis().equals(field.schema().getLogicalType())
              ? (Object) Instant.ofEpochMilli(json.asLong())
              : (Object) json.asLong();
      case MAP -> texts(json);
      default -> null; // the likelihood, which is not compared
    };
  }

  private static Map<String, Object> texts(JsonNode json) {
    Map<String, Object> texts = new HashMap<>();
    json.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
    return texts;
  }
}
