package io.losswatch.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriterSchemasTest {
  private static final WriterSchemas BUILT_IN = WriterSchemas.builtIn();

  private static String nested(int levels) {
    return levels == 1 ? "\"long\"" : "{\"type\":\"array\",\"items\":" + nested(levels - 1) + "}";
  }

  private static Schema parse(String text) {
    return new Schema.Parser().parse(text);
  }

  @Test
  void with_aSchema_leavesTheOriginalAsItWas() {
    Schema schema = parse(nested(2));
    long fingerprint = SchemaNormalization.parsingFingerprint64(schema);
    assertThat(BUILT_IN.with(List.of(schema)).contains(fingerprint)).isTrue();
    assertThat(BUILT_IN.contains(fingerprint)).isFalse();
  }

  @Test
  void with_aSchemaTooDeep_isRefused() {
    assertThat(BUILT_IN.with(List.of(parse(nested(SchemaDepth.MAX))))).isNotNull();
    List<Schema> tooDeep = List.of(parse(nested(SchemaDepth.MAX + 1)));
    assertThatThrownBy(() -> BUILT_IN.with(tooDeep))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32 levels");
  }

  @Test
  void with_aRecursiveSchema_isRefused() {
    List<Schema> recursive =
        List.of(
            parse(
                """
                {"type": "record", "name": "Node", "fields": [
                  {"name": "next", "type": ["null", "Node"]}]}\
                """));
    assertThatThrownBy(() -> BUILT_IN.with(recursive))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Node contains itself");
  }

  /** Each record holds the one before it twice: 2^20 paths, which must not all be walked. */
  @Test
  void with_aSchemaThatSharesItsParts_isQuick() {
    StringBuilder fields = new StringBuilder();
    String type = "\"long\"";
    for (int i = 0; i < 20; i++) {
      String name = "R" + i;
      fields.append(
          """
          %s{"name": "f%d", "type": {"type": "record", "name": "%s", "fields": [
            {"name": "a", "type": %s}, {"name": "b", "type": %s}]}}\
          """
              .formatted(i == 0 ? "" : ",", i, name, type, type));
      type = "\"" + name + "\"";
    }
    Schema shared = parse("{\"type\":\"record\",\"name\":\"Top\",\"fields\":[" + fields + "]}");
    assertThat(BUILT_IN.with(List.of(shared))).isNotNull();
  }

  private static final String TENSOR =
      """
      {"type": "record", "name": "Tensor", "namespace": "com.example", "fields": [
        {"name": "datatype", "type": {"type": "enum", "name": "DataType",
                                      "symbols": ["UNSPECIFIED", "INT8"]}},
        {"name": "shape", "type": {"type": "array", "items": "long"}},
        {"name": "data", "type": "bytes"}]}
      """;

  /** A batch whose predictions are of a type, and which has a field of a type. */
  private static String batch(String predictions, String note) {
    return """
    {"type": "record", "name": "LogitBatch", "namespace": "com.example", "fields": [
      {"name": "model", "type": "string"},
      {"name": "predictions", "type": %s},
      {"name": "note", "type": "%s"}]}
    """
        .formatted(predictions, note);
  }

  private static boolean contains(WriterSchemas schemas, String text) {
    return schemas.contains(SchemaNormalization.parsingFingerprint64(parse(text)));
  }

  @Test
  void withFolder_selfContainedFiles_mayLieSideBySide(@TempDir Path folder) throws IOException {
    for (Map.Entry<String, String> file : SchemaFiles.all().entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    Files.writeString(folder.resolve("older.avsc"), batch(TENSOR, "string"));
    Files.writeString(folder.resolve("newer.avsc"), batch(TENSOR, "long"));
    Files.writeString(folder.resolve("README.md"), "no schema");

    WriterSchemas schemas = BUILT_IN.withFolder(folder);

    assertThat(contains(schemas, batch(TENSOR, "string"))).isTrue();
    assertThat(contains(schemas, batch(TENSOR, "long"))).isTrue();
  }

  @Test
  void withFolder_filesThatReferToLaterOnes_areTheSameAsSelfContained(@TempDir Path folder)
      throws IOException {
    Files.writeString(folder.resolve("a.avsc"), batch("\"Tensor\"", "DataType"));
    Files.writeString(folder.resolve("b.avsc"), TENSOR);

    WriterSchemas schemas = BUILT_IN.withFolder(folder);

    assertThat(contains(schemas, batch(TENSOR, "DataType"))).isTrue();
  }

  @Test
  void withFolder_aReferenceToWhatFilesDefineDifferently_isRefused(@TempDir Path folder)
      throws IOException {
    Files.writeString(folder.resolve("a.avsc"), TENSOR);
    Files.writeString(folder.resolve("b.avsc"), TENSOR.replace("INT8", "INT16"));
    Files.writeString(folder.resolve("c.avsc"), batch("\"Tensor\"", "string"));

    assertThatThrownBy(() -> BUILT_IN.withFolder(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("c.avsc: it refers to com.example.")
        .hasMessageContaining("define in different ways");
  }

  @Test
  void withFolder_aRecordThatCannotBeOurs_isNamedWithTheReason(@TempDir Path folder)
      throws IOException {
    String wrong = batch(TENSOR, "string").replace("\"model\"", "\"modle\"");
    Files.writeString(folder.resolve("wrong.avsc"), wrong);

    assertThatThrownBy(() -> BUILT_IN.withFolder(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("wrong.avsc: it must resolve to io.losswatch.schemas.LogitBatch")
        .hasMessageContaining("READER_FIELD_MISSING_DEFAULT_VALUE")
        .hasMessageContaining("model");
  }

  @Test
  void withFolder_aFileThatNobodyRefersTo_isRefused(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("other.avsc"), batch(TENSOR, "int").replace("Logit", "Image"));
    assertThatThrownBy(() -> BUILT_IN.withFolder(folder))
        .hasMessageContaining("other.avsc")
        .hasMessageContaining("this is com.example.ImageBatch");
  }

  @Test
  void withFolder_aFileThatIsNoSchema_isNamed(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("broken.avsc"), "{\"type\": \"recrd\"}");
    assertThatThrownBy(() -> BUILT_IN.withFolder(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("broken.avsc");
  }
}
