package io.losswatch.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.Tensor;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;

class SchemaFilesTest {
  private static final Map<String, String> FILES = SchemaFiles.all();

  @Test
  void files_areThePublicRecords() {
    assertThat(FILES.keySet())
        .containsExactly(
            "LabelBatch.avsc",
            "LogitBatch.avsc",
            "PartialBatch.avsc",
            "RollingLoss.avsc",
            "Tensor.avsc");
  }

  @Test
  void text_parsedAlone_hasTheFingerprintOfTheRecord() {
    for (Schema schema : List.of(LogitBatch.getClassSchema(), Tensor.getClassSchema())) {
      String text = FILES.get(schema.getName() + ".avsc");
      assertThat(text).isNotNull().doesNotContain("avro.java.string");
      Schema parsed = new Schema.Parser().parse(text);
      assertThat(SchemaNormalization.parsingFingerprint64(parsed))
          .isEqualTo(SchemaNormalization.parsingFingerprint64(schema));
    }
  }

  @Test
  void text_documentsEveryField() {
    FILES.values().stream()
        .map(text -> new Schema.Parser().parse(text))
        .flatMap(schema -> schema.getFields().stream())
        .forEach(field -> assertThat(field.doc()).as(field.name()).isNotBlank());
  }
}
