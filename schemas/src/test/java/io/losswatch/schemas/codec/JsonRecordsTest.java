package io.losswatch.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class JsonRecordsTest {
  private static String json(SpecificRecord record) {
    return new String(JsonRecords.write(record), StandardCharsets.UTF_8);
  }

  @Test
  void rollingLoss_isOneLineWithTheRecordsOwnNames() {
    assertThat(json(RecordCodecTest.rolling()))
        .isEqualTo(
            "{\"monitor\":\"digits-ce\",\"model\":\"digits\",\"version\":\"\","
                + "\"slice\":{\"region\":\"eu\"},\"loss\":\"cross_entropy\","
                + "\"window\":\"rolling:5m/10s\",\"window_start\":0,\"window_end\":300000,"
                + "\"mean\":\"NaN\",\"sum\":0.0,\"weight\":0.0,\"count\":0,\"ignored\":0,"
                + "\"nan_count\":0,\"inf_count\":0,\"late_count\":1,\"unlabeled_count\":0,"
                + "\"min\":\"-Infinity\",\"max\":\"Infinity\",\"stddev\":0.1,\"stderr\":1.0E-300,"
                + "\"log_likelihood\":null,\"metrics\":{},\"label_latency_mean\":null,"
                + "\"label_latency_max\":null,\"revision\":0,\"is_final\":true,"
                + "\"watermark\":300001,\"emitted_at\":300002}");
  }

  @Test
  void partialBatch_nestsItsRecords() {
    assertThat(json(RecordCodecTest.partial()))
        .contains("\"sources\":[{\"topic\":\"predictions\",\"partitions\":6}]")
        .contains("\"entries\":[{\"series\":\"m/d/1/\",\"fingerprint\":-5,\"pane_start\":30000,")
        .contains("\"sums\":{\"sum\":1.5,");
  }

  @Test
  void logitBatch_hasBytesAsBase64AndSymbolsAsText() {
    assertThat(json(LogitBatches.full()))
        .contains("\"tags\":{\"device\":\"phone\",\"region\":\"eu\"}")
        .contains("\"kind\":\"LOG_PROBS\"")
        .contains("\"labels\":{\"datatype\":\"INT8\",\"shape\":[2],\"data\":\"AQI=\"}")
        .contains("\"weights\":{\"datatype\":\"FP64\",\"shape\":[2],\"data\":[1.0,0.5]}");
  }

  @Test
  void text_withQuotesAndControlCharacters_isEscaped() {
    io.losswatch.schemas.SourceTopic topic =
        new io.losswatch.schemas.SourceTopic("a\"\n\u2028é", 1);
    assertThat(json(topic)).startsWith("{\"topic\":\"a\\\"\\n").endsWith("é\",\"partitions\":1}");
  }
}
