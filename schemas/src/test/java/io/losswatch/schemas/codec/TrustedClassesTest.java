package io.losswatch.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.losswatch.schemas.LogitBatch;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.ClassSecurityValidator;
import org.junit.jupiter.api.Test;

/** A writer's schema that names classes of the JVM gets none of them. */
class TrustedClassesTest {
  /** What hostile schemas name: making one is noticed. */
  public static final class Tripwire {
    static final AtomicInteger SPRUNG = new AtomicInteger();

    /** As Avro makes the class of a string. */
    public Tripwire(String text) {
      SPRUNG.incrementAndGet();
    }
  }

  private static final String CLASS = Tripwire.class.getName();

  /** Each way of Avro's to name a class: of a string, of a map's keys, of a list, of a record. */
  private static final Schema HOSTILE =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "LogitBatch", "namespace": "io.losswatch.schemas",
               "java-class": "%1$s",
               "fields": [
                {"name": "model", "type": {"type": "string", "java-class": "%1$s"}},
                {"name": "tags", "type": {"type": "map", "java-key-class": "%1$s",
                   "values": {"type": "string", "java-class": "%1$s"}}},
                {"name": "sample_ids", "type": {"type": "array", "java-class": "%1$s",
                   "items": {"type": "string", "java-class": "%1$s"}}},
                {"name": "extra", "type": {"type": "record", "name": "%2$s", "namespace": "%3$s",
                   "fields": [{"name": "text", "type": {"type": "string", "java-class": "%1$s"}}]}},
                {"name": "predictions", "type": {"type": "record", "name": "Tensor", "fields": [
                  {"name": "datatype", "type": {"type": "enum", "name": "DataType",
                                                "symbols": ["UNSPECIFIED", "INT8"]}},
                  {"name": "shape", "type": {"type": "array", "items": "long"}},
                  {"name": "data", "type": "bytes"}]}}]}
              """
                  .formatted(CLASS, "Tripwire", TrustedClassesTest.class.getName()));

  private static byte[] hostileFrame() {
    Schema tensorSchema = HOSTILE.getField("predictions").schema();
    GenericRecord tensor = new GenericData.Record(tensorSchema);
    tensor.put(
        "datatype", new GenericData.EnumSymbol(tensorSchema.getField("datatype").schema(), "INT8"));
    tensor.put("shape", List.of(1L));
    tensor.put("data", ByteBuffer.wrap(new byte[] {5}));
    GenericRecord extra = new GenericData.Record(HOSTILE.getField("extra").schema());
    extra.put("text", "x");
    GenericRecord batch = new GenericData.Record(HOSTILE);
    batch.put("model", "m");
    batch.put("tags", Map.of("a", "b"));
    batch.put("sample_ids", List.of("s"));
    batch.put("extra", extra);
    batch.put("predictions", tensor);
    return LogitBatches.frame(HOSTILE, batch);
  }

  @Test
  void hostileSchema_isReadWithoutItsClasses() {
    byte[] frame = hostileFrame();
    WriterSchemas writers = WriterSchemas.builtIn().with(List.of(HOSTILE));

    assertThat(new LogitBatchReader(writers).read(frame, 0, frame.length).header().model())
        .isEqualTo("m");
    byte[] ours = RecordCodec.of(LogitBatch.class).reframed(frame, null, writers);
    assertThat(new LogitBatchReader(writers).read(ours, 0, ours.length).header().tags())
        .containsEntry("a", "b");

    assertThat(Tripwire.SPRUNG).hasValue(0);
  }

  /** Avro's own gate, should anybody ever read with a schema that is not ours. */
  @Test
  void trustedPackages_areNone() {
    assertThatThrownBy(() -> ClassSecurityValidator.validate(Tripwire.class))
        .isInstanceOf(SecurityException.class);
  }
}
