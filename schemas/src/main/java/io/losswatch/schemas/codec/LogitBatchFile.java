package io.losswatch.schemas.codec;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.LogitBatch;
import java.io.IOException;
import java.io.InputStream;
import java.util.NoSuchElementException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads prediction batches from an Avro object container file, which names its writer's schema and
 * its compression itself; owned by one thread.
 *
 * <pre>{@code
 * while (file.hasNext()) {
 *   try {
 *     use(file.next());
 *   } catch (RefusedException e) {
 *     tell(e); // and go on
 *   }
 * }
 * }</pre>
 */
public final class LogitBatchFile implements AutoCloseable {
  private final ContainerBlocks blocks;
  private final Schema writer;
  private final ByteArrayDecoder bytes = new ByteArrayDecoder();
  private final Resolution<Batch> resolution;

  private byte[] block = new byte[0];
  private int position;
  private long recordsLeft;
  private boolean blockLost;
  private @Nullable RefusedException damage;
  private boolean ended;

  private LogitBatchFile(ContainerBlocks blocks) {
    this.blocks = blocks;
    this.writer = blocks.schema();
    this.resolution =
        Resolution.of(writer, LogitBatch.getClassSchema(), new LogitBatchFields(), bytes);
  }

  /**
   * Opens a file and reads its header.
   *
   * @param in closed with the returned reader
   * @throws RefusedException {@code malformed-frame} if this is no container file, {@code
   *     unknown-schema} if its schema does not resolve to ours
   * @throws IOException if the stream cannot be read
   */
  public static LogitBatchFile open(InputStream in) throws IOException {
    return new LogitBatchFile(new ContainerBlocks(in));
  }

  /**
   * Whether there is a further record, or damage to tell of.
   *
   * @throws IOException if the stream cannot be read
   */
  public boolean hasNext() throws IOException {
    while (recordsLeft == 0 && damage == null && !ended) {
      startBlock();
    }
    return !ended;
  }

  private void startBlock() throws IOException {
    try {
      ContainerBlocks.Block next = blocks.next();
      ended = next == null;
      if (next != null) {
        block = next.bytes();
        recordsLeft = next.records();
        position = 0;
        blockLost = false;
      }
    } catch (RefusedException e) {
      damage = e;
    }
  }

  /**
   * The next batch, whose tensors are views of memory that stays as it is.
   *
   * @throws RefusedException if this record is refused, or the file is damaged here. After a record
   *     that does not parse, every other one of its block is refused too, since nobody knows where
   *     they begin; after damage the file ends
   * @throws NoSuchElementException if there is none
   * @throws IOException if the stream cannot be read
   */
  public Batch next() throws IOException {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    if (damage != null) {
      ended = true;
      throw damage;
    }
    recordsLeft--;
    if (blockLost) {
      throw new RefusedException(
          Reason.MALFORMED_RECORD,
          "a record begins where the one before it ends, but that one does not parse");
    }
    return readRecord();
  }

  private Batch readRecord() {
    startRecord();
    try {
      Batch batch = resolution.read();
      position += bytes.consumed();
      checkBlockEnd();
      return batch;
    } catch (RefusedException e) {
      skipRecord();
      throw e;
    }
  }

  private void startRecord() {
    bytes.reset(block, position, block.length - position);
  }

  private void checkBlockEnd() {
    if (recordsLeft == 0) {
      bytes.checkEnd();
    }
  }

  /** A record that parses may still be refused, and the next one begins after it. */
  private void skipRecord() {
    startRecord();
    try {
      GenericDatumReader.skip(writer, bytes);
      position += bytes.consumed();
    } catch (IOException | RuntimeException e) {
      blockLost = true;
    }
  }

  @Override
  public void close() throws IOException {
    blocks.close();
  }
}
