package io.losswatch.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class RegistrySchemasTest {
  private static final SchemaId UNKNOWN = SchemaId.of(404);

  private final List<SchemaId> asked = new ArrayList<>();
  private long nanos;
  private final RegistrySchemas schemas =
      RegistrySchemas.of(
          new SchemaRegistry() {
            @Override
            public Schema find(SchemaId id) {
              asked.add(id);
              if (id.equals(UNKNOWN)) {
                throw new RefusedException(Reason.UNKNOWN_SCHEMA, "unknown");
              }
              return Schema.create(Schema.Type.LONG);
            }

            @Override
            public int register(String subject, String schema) {
              throw new AssertionError("nobody registers");
            }

            @Override
            public void ping() {}
          },
          () -> nanos);

  @Test
  void known_beforeItIsFetched_asksForIt() {
    assertThatThrownBy(() -> schemas.known(SchemaId.of(1)))
        .isInstanceOfSatisfying(
            SchemaAwaitedException.class,
            awaited -> assertThat(awaited.id()).isEqualTo(SchemaId.of(1)));
    schemas.fetch(SchemaId.of(1));
    assertThat(schemas.known(SchemaId.of(1)).getType()).isEqualTo(Schema.Type.LONG);
    assertThat(asked).containsExactly(SchemaId.of(1));
  }

  @Test
  void unknown_isRememberedForAWhile() {
    schemas.fetch(UNKNOWN);
    nanos = RegistrySchemas.UNKNOWN_FOR.toNanos() - 1;
    assertThatThrownBy(() -> schemas.known(UNKNOWN)).isInstanceOf(RefusedException.class);
    nanos++;
    assertThatThrownBy(() -> schemas.known(UNKNOWN)).isInstanceOf(SchemaAwaitedException.class);
  }

  @Test
  void ids_beyondTheBound_forgetWhatWasUsedLongestAgo() {
    for (int id = 0; id < RegistrySchemas.MAX; id++) {
      schemas.fetch(SchemaId.of(id + 1000));
    }
    schemas.known(SchemaId.of(1000));
    schemas.fetch(SchemaId.of(1));
    assertThat(schemas.known(SchemaId.of(1000))).isNotNull();
    assertThatThrownBy(() -> schemas.known(SchemaId.of(1001)))
        .isInstanceOf(SchemaAwaitedException.class);
  }

  @Test
  void header_ofEitherForm_isReadAsConfluentsClientsWriteIt() {
    byte[] guid = {1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    assertThat(SchemaId.ofHeader(guid))
        .isEqualTo(SchemaId.of(UUID.fromString("00010203-0405-0607-0809-0a0b0c0d0e0f")));
    assertThat(SchemaId.ofHeader(new byte[] {0, 0, 0, 1, 2})).isEqualTo(SchemaId.of(258));
    assertThat(SchemaId.ofHeader(new byte[] {2, 0, 0, 1, 2})).isNull();
    assertThat(SchemaId.ofHeader(new byte[] {1, 0, 0, 1, 2})).isNull();
    assertThat(SchemaId.ofHeader(new byte[0])).isNull();
  }

  @Test
  void prefix_isReadFromItsPlaceInTheArray() {
    byte[] shared = {9, 0, 0, 0, 1, 2, 9};
    assertThat(SchemaId.ofPrefix(shared, 1, 6)).isEqualTo(SchemaId.of(258));
    assertThat(SchemaId.ofPrefix(shared, 1, 4)).isNull();
    assertThat(SchemaId.ofPrefix(shared, 0, 6)).isNull();
    assertThat(SchemaId.prefix(258)).containsExactly(0, 0, 0, 1, 2);
  }
}
