package io.losswatch.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.schemas.LabelBatch;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.RollingLoss;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What was released stays readable, and readers of what was released can read what we write. */
class ReleasedSchemasTest {
  static Stream<Schema> current() {
    return Stream.of(
        LogitBatch.getClassSchema(),
        LabelBatch.getClassSchema(),
        RollingLoss.getClassSchema(),
        PartialBatch.getClassSchema());
  }

  static Stream<Arguments> pairs() {
    return current()
        .flatMap(
            now -> ReleasedSchemas.of(now.getName()).stream().map(then -> Arguments.of(now, then)));
  }

  private static SchemaCompatibilityType compatibility(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType();
  }

  @ParameterizedTest
  @MethodSource("current")
  void record_ofTheContract_wasReleased(Schema now) {
    List<Schema> released = ReleasedSchemas.of(now.getName());
    assertThat(released)
        .isNotEmpty()
        .allMatch(then -> then.getFullName().equals(now.getFullName()));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void currentReader_ofAReleasedWriter_isCompatible(Schema now, Schema then) {
    assertThat(compatibility(now, then)).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void releasedReader_ofTheCurrentWriter_isCompatible(Schema now, Schema then) {
    assertThat(compatibility(then, now)).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void fieldsAdded_sinceARelease_haveDefaults(Schema now, Schema then) {
    assertThat(now.getFields())
        .filteredOn(field -> then.getField(field.name()) == null)
        .allMatch(Schema.Field::hasDefaultValue);
  }

  @ParameterizedTest
  @MethodSource("current")
  void currentVersion_changedSinceTheLastRelease_isToBeReleased(Schema now) {
    List<Schema> released = ReleasedSchemas.of(now.getName());
    assertThat(SchemaNormalization.parsingFingerprint64(released.get(released.size() - 1)))
        .as("add the text of " + now.getName() + " as a new version")
        .isEqualTo(SchemaNormalization.parsingFingerprint64(now));
  }
}
