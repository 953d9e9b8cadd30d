package io.losswatch.schemas.codec;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import java.io.IOException;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.ResolvingDecoder;

/**
 * The core's constants by the symbols of an Avro enum. The first symbol, UNSPECIFIED, has none: it
 * stands for symbols that are newer than this reader, and is refused.
 */
final class Symbols<E extends Enum<E>> {
  private final String name;
  private final Reason refusal;
  private final List<E> constants;

  Symbols(Schema schema, Class<E> type, Reason refusal) {
    this.name = schema.getName();
    this.refusal = refusal;
    List<String> symbols = schema.getEnumSymbols();
    this.constants =
        symbols.subList(1, symbols.size()).stream().map(s -> Enum.valueOf(type, s)).toList();
  }

  E read(ResolvingDecoder in) throws IOException {
    return constant(in.readEnum());
  }

  E read(ByteArrayDecoder in) {
    return constant(in.readSymbol(constants.size() + 1));
  }

  private E constant(int symbol) {
    if (symbol == 0) {
      throw new RefusedException(
          refusal, name + " is one of " + constants + ", but this is UNSPECIFIED or unknown");
    }
    return constants.get(symbol - 1);
  }
}
