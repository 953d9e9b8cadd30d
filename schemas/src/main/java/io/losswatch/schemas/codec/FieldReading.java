package io.losswatch.schemas.codec;

import java.io.IOException;
import org.apache.avro.io.ResolvingDecoder;

/** Reads one record, field by field in the order in which its writer wrote them. */
interface FieldReading<T> {
  T read(ResolvingDecoder in) throws IOException;
}
