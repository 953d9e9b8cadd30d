package io.losswatch.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every public record between any two of its versions, both ways: those that are released, today's,
 * and one of tomorrow. What both know comes through as it was written.
 */
class RecordEvolutionTest {
  private static final int RECORDS = 20;
  private static final long SEED = 20261123;

  static Stream<Arguments> pairs() {
    return Stream.of("LogitBatch", "LabelBatch", "RollingLoss", "PartialBatch")
        .flatMap(RecordEvolutionTest::pairs);
  }

  private static Stream<Arguments> pairs(String name) {
    List<Schema> versions = new ArrayList<>(ReleasedSchemas.of(name));
    Schema today = new Schema.Parser().parse(SchemaFiles.all().get(name + ".avsc"));
    versions.add(today);
    versions.add(tomorrow(today));
    return versions.stream()
        .flatMap(writer ->
            versions.stream()
                .filter(reader -> reader != writer)
                .map(reader ->
                    Arguments.of(
                        "%s %d to %d"
                            .formatted(name, versions.indexOf(writer), versions.indexOf(reader)),
                        writer,
                        reader)));
  }

  /** The same with a field more at each end, as a record may grow. */
  private static Schema tomorrow(Schema today) {
    List<Schema.Field> fields = new ArrayList<>();
    fields.add(field("first"));
    today.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(field("last"));
    return Schema.createRecord(today.getName(), null, today.getNamespace(), false, fields);
  }

  private static Schema.Field field(String name) {
    return new Schema.Field(name, Schema.create(Schema.Type.STRING), null, "none");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pairs")
  void record_betweenTwoVersions_keepsWhatBothKnow(String name, Schema writer, Schema reader)
      throws IOException {
    assertThat(SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType())
        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    for (Object written : new RandomData(writer, RECORDS, SEED)) {
      byte[] bytes = write((GenericRecord) written, writer);
      // as it was read, since a map is written in any order
      GenericRecord record = read(bytes, writer, writer);
      GenericRecord read = read(bytes, writer, reader);
      checkAgreement(name, record, read);
    }
  }

  /** Records within agree like the whole; what the writer did not know has its default. */
  private static void checkAgreement(String place, Object written, Object read) {
    if (read instanceof GenericRecord record) {
      GenericRecord known = (GenericRecord) written;
      for (Schema.Field field : record.getSchema().getFields()) {
        Object expected =
            known.getSchema().getField(field.name()) == null
                ? GenericData.get().getDefaultValue(field)
                : known.get(field.name());
        checkAgreement(place + "." + field.name(), expected, record.get(field.name()));
      }
    } else if (read instanceof List<?> items) {
      List<?> known = (List<?>) written;
      assertThat(items).as(place).hasSameSizeAs(known);
      for (int i = 0; i < items.size(); i++) {
        checkAgreement(place, known.get(i), items.get(i));
      }
    } else {
      assertThat(text(read)).as(place).isEqualTo(text(written));
    }
  }

  private static String text(Object value) {
    return GenericData.get().toString(value);
  }

  private static byte[] write(GenericRecord record, Schema schema) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static GenericRecord read(byte[] bytes, Schema writer, Schema reader) throws IOException {
    return new GenericDatumReader<GenericRecord>(writer, reader)
        .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
  }

  static Stream<Schema> released() {
    return ReleasedSchemas.all().stream();
  }

  @ParameterizedTest
  @MethodSource("released")
  void record_ofAReleasedVersion_isReadByOurCodec(Schema writer) throws Exception {
    for (Object written : new RandomData(writer, RECORDS, SEED)) {
      byte[] body = write((GenericRecord) written, writer);
      byte[] frame =
          ByteBuffer.allocate(SingleObject.HEADER_BYTES + body.length)
              .order(ByteOrder.LITTLE_ENDIAN)
              .put((byte) 0xC3)
              .put((byte) 1)
              .putLong(SchemaNormalization.parsingFingerprint64(writer))
              .put(body)
              .array();
      Class<?> type = Class.forName(writer.getFullName());
      Object read =
          RecordCodec.of(type.asSubclass(SpecificRecord.class)).decode(frame, 0, frame.length);
      assertThat(((GenericRecord) read).get(0).toString())
          .isEqualTo(((GenericRecord) written).get(writer.getFields().get(0).name()).toString());
    }
  }
}
