package io.losswatch.schemas.codec;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how deep a record can nest by how deep its schema does, so that no record can exhaust the
 * stack of its reader.
 */
final class SchemaDepth {
  /** Levels of records, arrays, maps and unions; our own records have 6. */
  static final int MAX = 32;

  private static final int OPEN = -1;

  /** Levels below each named record, {@link #OPEN} while they are being counted. */
  private final Map<String, Integer> heights = new HashMap<>();

  private SchemaDepth() {}

  /**
   * Checks a writer's schema.
   *
   * @throws IllegalArgumentException if it is recursive or nests more than {@link #MAX} levels
   */
  static void check(Schema schema) {
    new SchemaDepth().height(schema, 0);
  }

  private int height(Schema schema, int depth) {
    @Nullable Integer known = schema.getType() == Schema.Type.RECORD ? recordHeight(schema) : null;
    if (depth + (known == null ? 1 : known) > MAX) {
      throw new IllegalArgumentException("a writer's schema nests at most " + MAX + " levels");
    }
    if (known != null) {
      return known;
    }
    int height = 1;
    for (Schema child : children(schema)) {
      height = Math.max(height, 1 + height(child, depth + 1));
    }
    if (schema.getType() == Schema.Type.RECORD) {
      heights.put(schema.getFullName(), height);
    }
    return height;
  }

  private @Nullable Integer recordHeight(Schema schema) {
    @Nullable Integer known = heights.putIfAbsent(schema.getFullName(), OPEN);
    if (known != null && known == OPEN) {
      throw new IllegalArgumentException(
          "a writer's schema is not recursive, but " + schema.getFullName() + " contains itself");
    }
    return known;
  }

  private static List<Schema> children(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> schema.getFields().stream().map(Schema.Field::schema).toList();
      case UNION -> schema.getTypes();
      case ARRAY -> List.of(schema.getElementType());
      case MAP -> List.of(schema.getValueType());
      default -> List.of();
    };
  }
}
