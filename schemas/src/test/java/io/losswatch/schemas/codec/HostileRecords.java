package io.losswatch.schemas.codec;

import java.io.IOException;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;

/**
 * Writes records that follow a schema except where they lie: at any place, with a small chance, a
 * length, a count, a branch, a symbol or a number is replaced by one chosen to do harm.
 */
final class HostileRecords {
  private static final long[] HARMFUL = {
    -1,
    1,
    63,
    1 << 16,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 31,
    1L << 32,
    1L << 33,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1
  };

  private final Random random;
  private final double harm;

  HostileRecords(Random random, double harm) {
    this.random = random;
    this.harm = harm;
  }

  private boolean lies() {
    return random.nextDouble() < harm;
  }

  private long harmful() {
    return HARMFUL[random.nextInt(HARMFUL.length)];
  }

  void write(Schema schema, BinaryEncoder out) throws IOException {
    switch (schema.getType()) {
      case RECORD -> {
        for (Schema.Field field : schema.getFields()) {
          write(field.schema(), out);
        }
      }
      case UNION -> writeUnion(schema, out);
      case ARRAY, MAP -> writeBlocks(schema, out);
      case ENUM ->
          out.writeLong(lies() ? harmful() : random.nextInt(schema.getEnumSymbols().size()));
      case STRING, BYTES -> writeBytes(out);
      case FIXED -> out.writeFixed(new byte[schema.getFixedSize()]);
      case INT, LONG -> out.writeLong(lies() ? harmful() : random.nextInt(4));
      case FLOAT -> out.writeFloat(random.nextFloat());
      case DOUBLE -> out.writeDouble(lies() ? Double.NaN : random.nextInt(3));
      case BOOLEAN -> out.writeFixed(new byte[] {(byte) (lies() ? 7 : 1)});
      case NULL -> out.writeNull();
    }
  }

  private void writeUnion(Schema schema, BinaryEncoder out) throws IOException {
    int branch = random.nextInt(schema.getTypes().size());
    out.writeLong(lies() ? harmful() : branch);
    write(schema.getTypes().get(branch), out);
  }

  private void writeBytes(BinaryEncoder out) throws IOException {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    out.writeLong(lies() ? harmful() : bytes.length);
    out.writeFixed(bytes);
  }

  /** Blocks with or without their size in bytes, which may be wrong. */
  private void writeBlocks(Schema schema, BinaryEncoder out) throws IOException {
    for (int blocks = random.nextInt(3); blocks > 0; blocks--) {
      int count = 1 + random.nextInt(3);
      if (lies()) {
        out.writeLong(-count);
        out.writeLong(random.nextBoolean() ? harmful() : random.nextInt(50));
      } else {
        out.writeLong(lies() ? harmful() : count);
      }
      for (int i = 0; i < count; i++) {
        writeItem(schema, out);
      }
    }
    out.writeLong(lies() ? harmful() : 0);
  }

  private void writeItem(Schema schema, BinaryEncoder out) throws IOException {
    if (schema.getType() == Schema.Type.MAP) {
      writeBytes(out);
      write(schema.getValueType(), out);
    } else {
      write(schema.getElementType(), out);
    }
  }
}
