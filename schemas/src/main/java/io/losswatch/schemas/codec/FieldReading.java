package io.losswatch.schemas.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.avro.io.ResolvingDecoder;

/** Reads one record, field by field in the order in which its writer wrote them. */
interface FieldReading<T> {
  T read(ResolvingDecoder in) throws IOException;

  /** Reads which branch of a union with null follows, and the null if it is that. */
  static boolean isNull(ResolvingDecoder in) throws IOException {
    if (in.readIndex() != 0) {
      return false;
    }
    in.readNull();
    return true;
  }

  /** The strings of an array that follows. */
  static List<String> readStrings(ResolvingDecoder in) throws IOException {
    List<String> strings = new ArrayList<>();
    for (long count = in.readArrayStart(); count != 0; count = in.arrayNext()) {
      for (long i = 0; i < count; i++) {
        strings.add(in.readString());
      }
    }
    return Collections.unmodifiableList(strings);
  }
}
