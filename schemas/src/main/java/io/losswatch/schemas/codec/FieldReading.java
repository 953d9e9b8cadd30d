package io.losswatch.schemas.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.ResolvingDecoder;

/** Reads one record of ours, field by field, in either of two ways that give the same. */
interface FieldReading<T> {
  /** Reads what any writer wrote, in the order in which it wrote, as Avro resolves it. */
  T read(ResolvingDecoder in) throws IOException;

  /** Reads what was written with exactly our schema, in the order of its fields. */
  T read(ByteArrayDecoder in) throws IOException;

  /** Reads which branch of a union with null follows, and the null if it is that. */
  static boolean isNull(ResolvingDecoder in) throws IOException {
    if (in.readIndex() != 0) {
      return false;
    }
    in.readNull();
    return true;
  }

  /** The same of our own unions, which have null and one type more. */
  static boolean isNull(ByteArrayDecoder in) {
    return in.readBranch(2) == 0;
  }

  /** The strings of an array that follows. */
  static List<String> readStrings(Decoder in) throws IOException {
    List<String> strings = new ArrayList<>();
    for (long count = in.readArrayStart(); count != 0; count = in.arrayNext()) {
      for (long i = 0; i < count; i++) {
        strings.add(in.readString());
      }
    }
    return Collections.unmodifiableList(strings);
  }
}
