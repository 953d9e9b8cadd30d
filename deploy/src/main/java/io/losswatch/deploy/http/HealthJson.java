package io.losswatch.deploy.http;

import io.losswatch.stream.StreamHealth;
import java.io.IOException;
import java.util.Locale;

/**
 * Health as JSON: {@code {"status":"ready","reasons":[],"hops":{...}}}. What is ready but worries,
 * such as a partition that waits for a registry, is {@code degraded}, and answered with 200.
 */
final class HealthJson {
  private HealthJson() {}

  static Answer live(StreamHealth health) {
    return answer(health.isLive(), health.isLive() ? "live" : "dead", health);
  }

  static Answer ready(StreamHealth health) {
    return answer(health.isReady(), status(health), health);
  }

  private static String status(StreamHealth health) {
    if (!health.isReady()) {
      return "not-ready";
    }
    return health.worries().isEmpty() ? "ready" : "degraded";
  }

  private static Answer answer(boolean isWell, String status, StreamHealth health) {
    String json =
        Json.write(out -> {
          out.writeStringField("status", status);
          out.writeArrayFieldStart("reasons");
          for (String reason : health.reasons()) {
            out.writeString(reason);
          }
          for (String worry : health.worries()) {
            out.writeString(worry);
          }
          out.writeEndArray();
          out.writeObjectFieldStart("hops");
          write(out, "evaluate", health.evaluate());
          write(out, "roll", health.roll());
          out.writeEndObject();
        });
    return Answer.json(isWell ? 200 : 503, json);
  }

  private static void write(
      com.fasterxml.jackson.core.JsonGenerator out, String name, StreamHealth.Hop hop)
      throws IOException {
    out.writeObjectFieldStart(name);
    out.writeStringField("state", hop.state().name().toLowerCase(Locale.ROOT));
    out.writeNumberField("partitions", hop.partitions().owned());
    out.writeNumberField("restored", hop.partitions().restored());
    out.writeNumberField("records_to_restore", hop.partitions().recordsToRestore());
    out.writeNumberField("poll_age_ms", hop.sinceLastPoll().toMillis());
    out.writeEndObject();
  }
}
