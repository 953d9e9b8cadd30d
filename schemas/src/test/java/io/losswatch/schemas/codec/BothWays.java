package io.losswatch.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.io.ResolvingDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames straight away and by Avro's rules, and compares what comes out. The direct reader
 * sees all frames and the other one begins anew with each, so that what is kept shows.
 */
final class BothWays<T> {
  private final String name;
  private final ByteArrayDecoder bytes = new ByteArrayDecoder();
  private final Resolution<T> direct;
  private final Resolution<T> byAvro;
  private final BiFunction<T, byte[], Object> description;
  private final Map<Reason, Integer> refusals = new EnumMap<>(Reason.class);
  private int wrongIndices;
  private int records;

  /**
   * @param description of a record and the array it was read from, which has equals
   */
  BothWays(
      Schema schema, Supplier<FieldReading<T>> fields, BiFunction<T, byte[], Object> description) {
    this.name = schema.getName();
    this.direct = Resolution.of(schema, schema, fields.get(), bytes);
    this.byAvro = Resolution.byAvro(schema, schema, new Forgetful<>(fields), bytes);
    this.description = description;
  }

  /**
   * Fails unless both ways give equal records or refusals. Only a wrong branch of a union and a
   * wrong symbol of an enum are told in other words, since Avro fails there without any.
   */
  void check(byte[] frame, long seed) {
    Outcome expected = outcome(byAvro, frame);
    Outcome actual = outcome(direct, frame);
    assertThat(actual.inWordsOf(expected, name))
        .as("seed %d: %s", seed, HexFormat.of().formatHex(frame))
        .isEqualTo(expected);
    if (actual.reason() == null) {
      records++;
    } else {
      refusals.merge(actual.reason(), 1, Integer::sum);
      wrongIndices += actual.equals(expected) ? 0 : 1;
    }
  }

  private Outcome outcome(Resolution<T> resolution, byte[] frame) {
    try {
      return new Outcome(null, description.apply(read(resolution, frame), frame));
    } catch (RefusedException e) {
      return new Outcome(e.reason(), String.valueOf(e.getMessage()));
    }
  }

  /** The record, read straight away. */
  T read(byte[] frame) {
    return read(direct, frame);
  }

  private T read(Resolution<T> resolution, byte[] frame) {
    int header = SingleObject.HEADER_BYTES;
    bytes.reset(frame, header, frame.length - header);
    T record = resolution.read();
    bytes.checkEnd();
    return record;
  }

  int records() {
    return records;
  }

  Map<Reason, Integer> refusals() {
    return refusals;
  }

  int wrongIndices() {
    return wrongIndices;
  }

  private record Forgetful<T>(Supplier<FieldReading<T>> fields) implements FieldReading<T> {
    @Override
    public T read(ResolvingDecoder in) throws IOException {
      return fields.get().read(in);
    }

    @Override
    public T read(ByteArrayDecoder in) throws IOException {
      return fields.get().read(in);
    }
  }

  private record Outcome(@Nullable Reason reason, Object said) {
    private static final Pattern OURS =
        Pattern.compile(
            "(?:\\w+: )?(?:a union has \\d+ branches|an enum has \\d+ symbols), but this is"
                + " \\w+ -?\\d+ (.*)");
    private static final Pattern AVROS =
        Pattern.compile("a record parses as (\\w+), but this gives \\w+Exception (.*)");

    /** The other one's words if they tell the same place, else these. */
    Outcome inWordsOf(Outcome avros, String name) {
      Matcher mine = OURS.matcher(said.toString());
      Matcher theirs = AVROS.matcher(avros.said.toString());
      boolean isSame =
          mine.matches()
              && theirs.matches()
              && theirs.group(1).equals(name)
              && theirs.group(2).equals(mine.group(1));
      return isSame ? new Outcome(reason, avros.said) : this;
    }
  }

  /**
   * All that a tensor is.
   *
   * @param offset in the array that was read; -1 if it is a copy
   */
  record Seen(Datatype datatype, Shape shape, int offset, ByteBuffer data) {
    static @Nullable Seen of(@Nullable Tensor tensor, byte[] frame) {
      return tensor == null
          ? null
          : new Seen(
              tensor.datatype(),
              tensor.shape(),
              tensor.array() == frame ? tensor.offset() : -1,
              ByteBuffer.wrap(tensor.array(), tensor.offset(), tensor.length()));
    }
  }
}
