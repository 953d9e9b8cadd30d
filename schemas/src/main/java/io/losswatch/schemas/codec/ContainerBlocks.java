package io.losswatch.schemas.codec;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of an Avro object container file, one after the other; owned by one thread. Avro's own
 * {@link DataFileStream} takes a file that is cut off for one that ends and allocates what a block
 * claims to be long, so here it only decompresses blocks that are there.
 */
final class ContainerBlocks implements AutoCloseable {
  private static final String NO_COMPRESSION = "null";

  private final InputStream in;
  private final Map<String, byte[]> metadata = new HashMap<>();
  private final byte[] sync;
  private long block;

  /**
   * Reads the file's header.
   *
   * @throws RefusedException {@code malformed-frame} if it has none
   * @throws IOException if the stream cannot be read
   */
  ContainerBlocks(InputStream stream) throws IOException {
    in = new BufferedInputStream(stream);
    try {
      if (!Arrays.equals(readExactly(DataFileConstants.MAGIC.length), DataFileConstants.MAGIC)) {
        throw malformed("an Avro container file starts with Obj 01, but this does not");
      }
      readMetadata();
      sync = readExactly(DataFileConstants.SYNC_SIZE);
    } catch (EOFException e) {
      throw malformed("an Avro container file has a header, but this ends inside of it");
    }
  }

  /** A value of the header, empty if there is none. */
  private String text(String key) {
    return new String(metadata.getOrDefault(key, new byte[0]), StandardCharsets.UTF_8);
  }

  /**
   * The schema that the records were written with.
   *
   * @throws RefusedException {@code unknown-schema} if it cannot be used
   */
  Schema schema() {
    try {
      Schema schema = new Schema.Parser().parse(text(DataFileConstants.SCHEMA));
      SchemaDepth.check(schema);
      return schema;
    } catch (RuntimeException e) {
      throw new RefusedException(
          Reason.UNKNOWN_SCHEMA, "a container file names a schema, but this one cannot be used");
    }
  }

  /**
   * The next block; null at the end of the file.
   *
   * @throws RefusedException {@code malformed-frame} if the file is damaged or cut off here
   * @throws IOException if the stream cannot be read
   */
  @Nullable Block next() throws IOException {
    in.mark(1);
    if (in.read() < 0) {
      return null;
    }
    in.reset();
    block++;
    try {
      long records = readLong();
      byte[] data = readExactly(readLong());
      if (!Arrays.equals(readExactly(DataFileConstants.SYNC_SIZE), sync)) {
        throw malformed("block " + block + " ends with the file's marker, but this does not");
      }
      return block(records, data);
    } catch (EOFException e) {
      throw malformed("block " + block + " is cut off");
    }
  }

  private Block block(long records, byte[] data) {
    String codec = text(DataFileConstants.CODEC);
    byte[] plain = codec.isEmpty() || codec.equals(NO_COMPRESSION) ? data : decompress(codec, data);
    if (records < 0 || records > plain.length) {
      throw malformed(
          "a block has at most as many records as bytes, but block %d has %d and %d"
              .formatted(block, records, plain.length));
    }
    return new Block(records, plain);
  }

  /** By way of a container with this one block, for which Avro finds the codec. */
  private byte[] decompress(String codec, byte[] data) {
    try (DataFileStream<Object> file =
        new DataFileStream<>(container(codec, data), new GenericDatumReader<>())) {
      ByteBuffer plain = file.nextBlock();
      byte[] copy = new byte[plain.remaining()];
      plain.get(copy);
      return copy;
    } catch (IOException | RuntimeException | LinkageError e) {
      throw malformed(
          "block %d is compressed with %s, but cannot be decompressed (%s)"
              .formatted(block, codec, e.getClass().getSimpleName()));
    }
  }

  private static InputStream container(String codec, byte[] data) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder out = EncoderFactory.get().directBinaryEncoder(bytes, null);
    out.writeFixed(DataFileConstants.MAGIC);
    out.writeMapStart();
    out.setItemCount(2);
    out.writeString(DataFileConstants.SCHEMA);
    out.writeBytes("\"bytes\"".getBytes(StandardCharsets.UTF_8));
    out.writeString(DataFileConstants.CODEC);
    out.writeBytes(codec.getBytes(StandardCharsets.UTF_8));
    out.writeMapEnd();
    byte[] sync = new byte[DataFileConstants.SYNC_SIZE];
    out.writeFixed(sync);
    out.writeLong(1);
    out.writeBytes(data);
    out.writeFixed(sync);
    out.flush();
    return new ByteArrayInputStream(bytes.toByteArray());
  }

  private void readMetadata() throws IOException {
    for (long count = readLong(); count != 0; count = readLong()) {
      if (count < 0) {
        readLong();
      }
      for (long i = Math.abs(count); i != 0; i--) {
        String key = new String(readExactly(readLong()), StandardCharsets.UTF_8);
        metadata.put(key, readExactly(readLong()));
      }
    }
  }

  private long readLong() throws IOException {
    long bits = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = readExactly(1)[0];
      bits |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return (bits >>> 1) ^ -(bits & 1);
      }
    }
    throw malformed("a long has at most 10 bytes, but this goes on");
  }

  /** Allocates as bytes come, not as they are claimed. */
  private byte[] readExactly(long length) throws IOException {
    if (length < 0 || length > Integer.MAX_VALUE) {
      throw malformed("a length is between 0 and 2 GiB, but this is " + length);
    }
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  private static RefusedException malformed(String message) {
    return new RefusedException(Reason.MALFORMED_FRAME, message);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /**
   * Records one after the other.
   *
   * @param records how many
   * @param bytes all of them, uncompressed
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Block(long records, byte[] bytes) {}
}
