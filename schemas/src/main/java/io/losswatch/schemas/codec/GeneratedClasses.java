package io.losswatch.schemas.codec;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/**
 * Finds the classes that were generated together with one of our records by itself. Avro would load
 * only those that the whole JVM was told to trust, by a system property or a global setting, which
 * is not a library's to change.
 */
final class GeneratedClasses extends SpecificData {
  private final Map<String, Class<?>> classes = new HashMap<>();

  GeneratedClasses(Class<?> type) {
    super(type.getClassLoader());
    addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    add(SpecificData.getForClass(type).getSchema(type));
  }

  private void add(Schema schema) {
    switch (schema.getType()) {
      case RECORD -> {
        classes.put(schema.getFullName(), load(schema));
        schema.getFields().forEach(field -> add(field.schema()));
      }
      case ENUM -> classes.put(schema.getFullName(), load(schema));
      case UNION -> schema.getTypes().forEach(this::add);
      case ARRAY -> add(schema.getElementType());
      case MAP -> add(schema.getValueType());
      default -> {}
    }
  }

  private Class<?> load(Schema schema) {
    try {
      return Class.forName(schema.getFullName(), false, getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("no class was generated for " + schema.getFullName(), e);
    }
  }

  @Override
  public Class<?> getClass(Schema schema) {
    @Nullable Class<?> generated =
        schema.getType() == Schema.Type.RECORD || schema.getType() == Schema.Type.ENUM
            ? classes.get(schema.getFullName())
            : null;
    return generated == null ? super.getClass(schema) : generated;
  }
}
