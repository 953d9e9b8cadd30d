package io.losswatch.deploy.http;

import io.losswatch.stream.StreamHealth;
import java.io.IOException;
import java.util.Locale;

/** Health as JSON: {@code {"status":"ready","reasons":[],"hops":{...}}}. */
final class HealthJson {
  private HealthJson() {}

  static Answer live(StreamHealth health) {
    return answer(health.isLive(), health.isLive() ? "live" : "dead", health);
  }

  static Answer ready(StreamHealth health) {
    return answer(health.isReady(), health.isReady() ? "ready" : "not-ready", health);
  }

  private static Answer answer(boolean isWell, String status, StreamHealth health) {
    String json =
        Json.write(out -> {
          out.writeStringField("status", status);
          out.writeArrayFieldStart("reasons");
          for (String reason : health.reasons()) {
            out.writeString(reason);
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
    out.writeNumberField("partitions", hop.lanes());
    out.writeNumberField("restored", hop.restored());
    out.writeNumberField("poll_age_ms", hop.sinceLastPoll().toMillis());
    out.writeEndObject();
  }
}
