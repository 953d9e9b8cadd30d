package io.losswatch.schemas.codec;

import static io.losswatch.schemas.codec.LogitBatches.frame;
import static io.losswatch.schemas.codec.LogitBatches.full;
import static io.losswatch.schemas.codec.LogitBatches.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Reason;
import io.losswatch.schemas.LogitBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;

/** Records of producers that know other versions of the schema than this reader. */
class SchemaEvolutionTest {
  private static final String OURS =
      SchemaFormatter.format("json/inline", ReleasedSchemas.of("LogitBatch").get(0));
  private static final String TENSOR_DATA =
      "{\"name\":\"data\",\"type\":[\"bytes\",{\"type\":\"array\",\"items\":\"double\"}],";

  /** Our schema with one part of its text replaced, which must be there. */
  private static Schema ours(String part, String replacement) {
    assertThat(OURS).contains(part);
    return new Schema.Parser().parse(OURS.replace(part, replacement));
  }

  private static Batch read(Schema writer, byte[] frame) {
    return new LogitBatchReader(WriterSchemas.builtIn().with(List.of(writer)))
        .read(frame, 0, frame.length);
  }

  private static GenericRecord tensor(Schema schema, String datatype, Object data) {
    GenericRecord tensor = new GenericData.Record(schema);
    tensor.put(
        "datatype", new GenericData.EnumSymbol(schema.getField("datatype").schema(), datatype));
    tensor.put("shape", List.of(1L));
    tensor.put("data", data);
    return tensor;
  }

  private static GenericRecordBuilder record(Schema schema) {
    Schema tensor = schema.getField("predictions").schema();
    return new GenericRecordBuilder(schema)
        .set("model", "digits")
        .set("predictions", tensor(tensor, "INT8", ByteBuffer.wrap(new byte[] {5})));
  }

  @Test
  void olderWriter_withoutTheNewerFields_getsTheirDefaults() {
    Schema older =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "LogitBatch", "namespace": "io.losswatch.schemas",
                 "fields": [
                  {"name": "model", "type": "string"},
                  {"name": "predictions", "type": {"type": "record", "name": "Tensor", "fields": [
                    {"name": "datatype", "type": {"type": "enum", "name": "DataType",
                                                  "symbols": ["UNSPECIFIED", "INT8"]}},
                    {"name": "shape", "type": {"type": "array", "items": "long"}},
                    {"name": "data", "type": "bytes"}]}}]}
                """);
    Batch batch = read(older, frame(older, record(older).build()));

    assertThat(batch.header().version()).isEmpty();
    assertThat(batch.header().tags()).isEmpty();
    assertThat(batch.header().eventTimeMillis()).isEmpty();
    assertThat(batch.predictions().kind()).isEqualTo(OutputKind.LOGITS);
    assertThat(batch.predictions().values().doubleAt(0)).isEqualTo(5);
    assertThat(batch.labels()).isNull();
  }

  @Test
  void newerWriter_withFurtherFields_isReadWithoutThem() {
    Schema newer =
        ours(
            "{\"name\":\"model\",",
            """
            {"name": "history", "type": {"type": "array", "items": {"type": "array",
               "items": ["null", {"type": "record", "name": "Past", "fields": [
                 {"name": "when", "type": "long"},
                 {"name": "what", "type": {"type": "map", "values": "bytes"}}]}]}}},
            {"name": "trace", "type": {"type": "fixed", "name": "Trace", "size": 16}},
            {"name":"model",\
            """);
    Schema pastSchema =
        newer.getField("history").schema().getElementType().getElementType().getTypes().get(1);
    GenericRecord past = new GenericData.Record(pastSchema);
    past.put("when", 1L);
    past.put("what", Map.of("a", ByteBuffer.allocate(3)));
    GenericRecord written =
        record(newer)
            .set("history", List.of(List.of(past, past), List.of()))
            .set("trace", new GenericData.Fixed(newer.getField("trace").schema(), new byte[16]))
            .build();

    Batch batch = read(newer, frame(newer, written));

    assertThat(batch.header().model()).isEqualTo("digits");
    assertThat(batch.predictions().values().doubleAt(0)).isEqualTo(5);
  }

  @Test
  void newerWriter_withAFieldAtTheEnd_isReadToItsEnd() {
    String end = "\"default\":null}]}";
    assertThat(OURS).endsWith(end);
    Schema newer =
        new Schema.Parser()
            .parse(
                OURS.substring(0, OURS.length() - 2)
                    + ",{\"name\":\"note\",\"type\":\"string\"}]}");
    byte[] frame = frame(newer, record(newer).set("note", "hello").build());
    assertThat(read(newer, frame).header().model()).isEqualTo("digits");
  }

  @Test
  void writer_withFieldsInAnotherOrder_isRead() {
    Schema reordered =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "LogitBatch", "namespace": "io.losswatch.schemas",
                 "fields": [
                  {"name": "predictions", "type": {"type": "record", "name": "Tensor", "fields": [
                    {"name": "data", "type": [{"type": "array", "items": "float"}, "bytes"]},
                    {"name": "shape", "type": {"type": "array", "items": "int"}},
                    {"name": "datatype", "type": {"type": "enum", "name": "DataType",
                                                  "symbols": ["BOOL", "INT8"]}}]}},
                  {"name": "version", "type": "string"},
                  {"name": "model", "type": "string"}]}
                """);
    Schema tensor = reordered.getField("predictions").schema();
    GenericRecord record = new GenericData.Record(reordered);
    record.put("predictions", tensor(tensor, "INT8", List.of(-7f)));
    ((GenericRecord) record.get("predictions")).put("shape", List.of(1));
    record.put("version", "2");
    record.put("model", "digits");

    Batch batch = read(reordered, frame(reordered, record));

    assertThat(batch.header().version()).isEqualTo("2");
    assertThat(batch.predictions().values()).hasToString("INT8 [1]");
    assertThat(batch.predictions().values().doubleAt(0)).isEqualTo(-7);
  }

  @Test
  void writer_withStringForBytesAndBytesForString_isRead() {
    Schema swapped =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "LogitBatch", "namespace": "io.losswatch.schemas",
                 "fields": [
                  {"name": "model", "type": "bytes"},
                  {"name": "version", "type": "bytes"},
                  {"name": "predictions", "type": {"type": "record", "name": "Tensor", "fields": [
                    {"name": "datatype", "type": {"type": "enum", "name": "DataType",
                                                  "symbols": ["UNSPECIFIED", "INT8"]}},
                    {"name": "shape", "type": {"type": "array", "items": "long"}},
                    {"name": "data", "type": "string"}]}}]}
                """);
    GenericRecord record = new GenericData.Record(swapped);
    record.put("model", ByteBuffer.wrap("digits".getBytes(StandardCharsets.UTF_8)));
    record.put("version", ByteBuffer.wrap("äöü".getBytes(StandardCharsets.UTF_8)));
    record.put("predictions", tensor(swapped.getField("predictions").schema(), "INT8", "A"));

    Batch batch = read(swapped, frame(swapped, record));

    assertThat(batch.header().model()).isEqualTo("digits");
    assertThat(batch.header().version()).isEqualTo("äöü");
    assertThat(batch.predictions().values().doubleAt(0)).isEqualTo('A');
  }

  @Test
  void writer_withAnotherNamespace_isRead() {
    Schema theirs = new Schema.Parser().parse(OURS.replace("io.losswatch.schemas", "com.example"));
    byte[] frame =
        frame(theirs, record(theirs).set("kind", symbol(theirs, "kind", "PROBS")).build());
    assertThat(read(theirs, frame).predictions().kind()).isEqualTo(OutputKind.PROBS);
  }

  private static GenericData.EnumSymbol symbol(Schema schema, String field, String symbol) {
    return new GenericData.EnumSymbol(schema.getField(field).schema(), symbol);
  }

  @Test
  void enumSymbol_newerThanTheReader_isRefusedAndNotGuessed() {
    Schema newer = ours("\"VALUES\"]", "\"VALUES\",\"ODDS\"]");
    byte[] frame = frame(newer, record(newer).set("kind", symbol(newer, "kind", "ODDS")).build());
    assertThat(refusal(() -> read(newer, frame)).reason()).isEqualTo(Reason.MALFORMED_RECORD);
    byte[] known = frame(newer, record(newer).set("kind", symbol(newer, "kind", "PROBS")).build());
    assertThat(read(newer, known).predictions().kind()).isEqualTo(OutputKind.PROBS);
  }

  @Test
  void datatype_newerThanTheReader_isABadDatatype() {
    Schema newer = ours("\"UINT8\",\"BOOL\"]", "\"UINT8\",\"BOOL\",\"FP8\"]");
    Schema tensor = newer.getField("predictions").schema();
    GenericRecord record =
        record(newer)
            .set("predictions", tensor(tensor, "FP8", ByteBuffer.wrap(new byte[1])))
            .build();
    byte[] frame = frame(newer, record);
    assertThat(refusal(() -> read(newer, frame)).reason()).isEqualTo(Reason.BAD_DATATYPE);
  }

  @Test
  void unionBranch_newerThanTheReader_isRefused() {
    Schema newer = ours(TENSOR_DATA, TENSOR_DATA.replace("[\"bytes\"", "[\"null\",\"bytes\""));
    Schema tensor = newer.getField("predictions").schema();
    byte[] absent = frame(newer, record(newer).set("predictions", nullData(tensor)).build());
    assertThat(refusal(() -> read(newer, absent)).reason()).isEqualTo(Reason.MALFORMED_RECORD);
    byte[] present = frame(newer, record(newer).build());
    assertThat(read(newer, present).predictions().values().doubleAt(0)).isEqualTo(5);
  }

  private static GenericRecord nullData(Schema tensor) {
    GenericRecord record = tensor(tensor, "INT8", ByteBuffer.allocate(0));
    record.put("data", null);
    return record;
  }

  @Test
  void releasedVersions_andTheCurrentOne_areAllBuiltIn() {
    assertThat(ReleasedSchemas.all())
        .extracting(org.apache.avro.SchemaNormalization::parsingFingerprint64)
        .allMatch(WriterSchemas.builtIn()::contains);
    byte[] frame = frame(full());
    assertThat(WriterSchemas.builtIn().contains(SingleObject.fingerprint(frame, 0))).isTrue();
    assertThat(WriterSchemas.builtIn().contains(1L)).isFalse();
    assertThat(LogitBatch.getClassSchema().getFields()).hasSize(11);
  }
}
