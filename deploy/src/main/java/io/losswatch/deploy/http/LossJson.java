package io.losswatch.deploy.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.losswatch.schemas.RollingLoss;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** The losses behind the page, as JSON. */
final class LossJson {
  private LossJson() {}

  /** {@code {"rows":[...],"refused":0}}. */
  static String rows(LossBoard board) {
    return Json.write(out -> {
      out.writeArrayFieldStart("rows");
      for (LossBoard.Row row : board.rows()) {
        write(out, row);
      }
      out.writeEndArray();
      out.writeNumberField("refused", board.refused());
    });
  }

  /** {@code {"points":[[end,mean],...]}}. */
  static String points(LossBoard board, int id) {
    return Json.write(out -> {
      out.writeArrayFieldStart("points");
      for (LossBoard.Point point : board.points(id)) {
        out.writeStartArray();
        out.writeNumber(point.endMillis());
        if (Double.isFinite(point.mean())) {
          out.writeNumber(point.mean());
        } else {
          out.writeNull();
        }
        out.writeEndArray();
      }
      out.writeEndArray();
    });
  }

  private static void write(JsonGenerator out, LossBoard.Row row) throws IOException {
    RollingLoss loss = row.latest();
    out.writeStartObject();
    out.writeNumberField("id", row.id());
    out.writeStringField("monitor", loss.getMonitor());
    out.writeStringField("model", loss.getModel());
    out.writeStringField("version", loss.getVersion());
    out.writeObjectFieldStart("slice");
    for (Map.Entry<String, String> tag : new TreeMap<>(loss.getSlice()).entrySet()) {
      out.writeStringField(tag.getKey(), tag.getValue());
    }
    out.writeEndObject();
    out.writeStringField("loss", loss.getLoss());
    out.writeStringField("window", loss.getWindow());
    out.writeNumberField("end", loss.getWindowEnd().toEpochMilli());
    out.writeNumberField("count", loss.getCount());
    out.writeNumberField("unlabeled", loss.getUnlabeledCount());
    Json.number(out, "mean", loss.getMean());
    Json.number(out, "stderr", loss.getStderr());
    Json.number(out, "min", loss.getMin());
    Json.number(out, "max", loss.getMax());
    out.writeNumberField("revision", loss.getRevision());
    out.writeBooleanField("final", loss.getIsFinal());
    out.writeEndObject();
  }
}
