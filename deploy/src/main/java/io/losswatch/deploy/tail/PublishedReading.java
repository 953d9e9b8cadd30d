package io.losswatch.deploy.tail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.window.Series;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.schemas.registry.RegistrySchemas;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads values of the output topic, Avro in either framing or JSON: the first byte tells. */
final class PublishedReading {
  private final RecordCodec<RollingLoss> codec = RecordCodec.of(RollingLoss.class);
  private final ObjectMapper json = new ObjectMapper();
  private final @Nullable RegistrySchemas registry;

  PublishedReading(@Nullable RegistrySchemas registry) {
    this.registry = registry;
  }

  /**
   * The rolling loss of a value.
   *
   * @throws RefusedException if it is none
   */
  Published read(byte @Nullable [] value) {
    if (value != null && value.length > 0 && value[0] == '{') {
      return fromJson(value);
    }
    return fromAvro(codec.decode(value, registry));
  }

  private static Published fromAvro(RollingLoss loss) {
    return new Published(
        new Series(
            loss.getMonitor(), loss.getModel(), loss.getVersion(), new TreeMap<>(loss.getSlice())),
        loss.getWindow(),
        loss.getWindowEnd().toEpochMilli(),
        new Published.Mean(loss.getMean(), loss.getStderr()),
        loss.getCount(),
        loss.getRevision(),
        loss.getIsFinal());
  }

  private Published fromJson(byte[] value) {
    try {
      JsonNode loss = json.readTree(new String(value, StandardCharsets.UTF_8));
      TreeMap<String, String> slice = new TreeMap<>();
      for (Map.Entry<String, JsonNode> tag : loss.required("slice").properties()) {
        slice.put(tag.getKey(), tag.getValue().asText());
      }
      return new Published(
          new Series(text(loss, "monitor"), text(loss, "model"), text(loss, "version"), slice),
          text(loss, "window"),
          loss.required("window_end").asLong(),
          new Published.Mean(number(loss, "mean"), number(loss, "stderr")),
          loss.required("count").asLong(),
          loss.required("revision").asInt(),
          loss.required("is_final").asBoolean());
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new RefusedException(
          Reason.MALFORMED_RECORD, "a JSON value of the topic is a rolling loss, but this is none");
    }
  }

  private static String text(JsonNode loss, String field) {
    return loss.required(field).asText();
  }

  /** NaN and infinities are strings, which Java's own parser reads. */
  private static double number(JsonNode loss, String field) {
    return Double.parseDouble(loss.required(field).asText());
  }
}
