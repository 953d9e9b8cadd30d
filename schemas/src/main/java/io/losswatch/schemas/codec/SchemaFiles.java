package io.losswatch.schemas.codec;

import io.losswatch.schemas.LabelBatch;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.Tensor;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** The schemas that producers and consumers in other languages need. */
public final class SchemaFiles {
  private SchemaFiles() {}

  /**
   * By file name such as {@code LogitBatch.avsc}, the text of each public record's schema. A text
   * is self-contained JSON: it defines every type that it uses, with the units of all fields.
   */
  public static SortedMap<String, String> all() {
    SortedMap<String, String> texts = new TreeMap<>();
    Stream.of(
            LogitBatch.getClassSchema(),
            LabelBatch.getClassSchema(),
            RollingLoss.getClassSchema(),
            PartialBatch.getClassSchema(),
            Tensor.getClassSchema())
        .forEach(schema -> texts.put(schema.getName() + ".avsc", text(schema)));
    return Collections.unmodifiableSortedMap(texts);
  }

  /** The text of one of these records' schemas. */
  public static String of(Class<? extends SpecificRecord> record) {
    return text(SpecificData.get().getSchema(record));
  }

  /** The hint at Java's string class, which the generated code needs, is nobody else's business. */
  private static String text(Schema schema) {
    String plain =
        SchemaFormatter.format("json/inline", schema)
            .replace("{\"type\":\"string\",\"avro.java.string\":\"String\"}", "\"string\"")
            .replace(",\"avro.java.string\":\"String\"", "");
    return SchemaFormatter.format("json/pretty", new Schema.Parser().parse(plain)) + "\n";
  }
}
