package io.losswatch.schemas.codec;

import static io.losswatch.schemas.codec.LogitBatches.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteArrayDecoderTest {
  private final ByteArrayDecoder decoder = new ByteArrayDecoder();

  private static byte[] written(LogitBatches.Body body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder out = EncoderFactory.get().directBinaryEncoder(bytes, null);
    body.write(out);
    return bytes.toByteArray();
  }

  private ByteArrayDecoder on(byte[] bytes) {
    decoder.reset(bytes, 0, bytes.length);
    return decoder;
  }

  /** One value of the type that the choice stands for. */
  private static void write(int choice, Random random, BinaryEncoder out) throws IOException {
    switch (choice) {
      case 0 -> out.writeLong(random.nextLong() >> random.nextInt(64));
      case 1 -> out.writeInt(random.nextInt() >> random.nextInt(32));
      case 2 -> out.writeDouble(random.nextGaussian());
      case 3 -> out.writeFloat(random.nextFloat());
      case 4 -> out.writeBoolean(random.nextBoolean());
      case 5 -> out.writeString("ä".repeat(random.nextInt(5)));
      case 6 -> out.writeBytes(new byte[random.nextInt(5)]);
      case 7 -> out.writeFixed(new byte[] {1, 2, 3});
      default -> {
        out.writeArrayStart();
        out.setItemCount(1);
        out.writeLong(9);
        out.writeArrayEnd();
      }
    }
  }

  private static Object read(int choice, Decoder in) throws IOException {
    return switch (choice) {
      case 0 -> in.readLong();
      case 1 -> in.readInt();
      case 2 -> in.readDouble();
      case 3 -> in.readFloat();
      case 4 -> in.readBoolean();
      case 5 -> in.readString(null);
      case 6 -> in.readBytes(null);
      case 7 -> {
        byte[] bytes = new byte[5];
        in.readFixed(bytes, 1, 3);
        yield ByteBuffer.wrap(bytes);
      }
      default -> in.readArrayStart() + 10 * in.readLong() + 1000 * in.arrayNext();
    };
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void values_ofAllTypes_areReadAsAvroReadsThem(long seed) throws IOException {
    int[] choices = new Random(seed).ints(2000, 0, 9).toArray();
    byte[] bytes =
        written(out -> {
          Random random = new Random(seed);
          for (int choice : choices) {
            write(choice, random, out);
          }
        });
    BinaryDecoder avro = DecoderFactory.get().binaryDecoder(bytes, null);
    ByteArrayDecoder ours = on(bytes);
    for (int choice : choices) {
      assertThat(read(choice, ours)).isEqualTo(read(choice, avro));
    }
    assertThat(ours.remainingBytes()).isZero();
    assertThat(avro.isEnd()).isTrue();
  }

  @Test
  void bytes_askedForAsView_areTheArrayItselfAndOtherwiseACopyThatFillsItsArray()
      throws IOException {
    byte[] bytes = written(out -> out.writeBytes(new byte[] {7, 8}));
    ByteBuffer view = on(bytes).readBytes(ByteArrayDecoder.VIEW);
    assertThat(view.array()).isSameAs(bytes);
    assertThat(view).isEqualTo(ByteBuffer.wrap(new byte[] {7, 8}));
    assertThat(on(bytes).readBytes(null).array()).containsExactly(7, 8);
  }

  @Test
  void blocks_withTheirSize_areSkippedAtOnce() throws IOException {
    byte[] bytes =
        written(out -> {
          out.writeLong(-2);
          out.writeLong(3);
          out.writeFixed(new byte[] {1, 2, 3});
          out.writeLong(0);
          out.writeLong(5);
        });
    assertThat(on(bytes).skipArray()).isZero();
    assertThat(decoder.readLong()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 4, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE})
  void length_beyondWhatRemains_isRefused(long claim) throws IOException {
    byte[] bytes =
        written(out -> {
          out.writeLong(claim);
          out.writeFixed(new byte[3]);
        });
    assertThat(refusal(() -> on(bytes).readString())).isNotNull();
    assertThat(refusal(() -> on(bytes).readString(null))).isNotNull();
    assertThat(refusal(() -> on(bytes).readBytes(null))).isNotNull();
    assertThat(refusal(() -> on(bytes).skipBytes())).isNotNull();
    assertThat(refusal(() -> on(bytes).skipString())).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {100, Long.MAX_VALUE, Long.MIN_VALUE, -100})
  void items_moreThanBytes_areRefused(long claim) throws IOException {
    byte[] bytes =
        written(out -> {
          out.writeLong(claim);
          out.writeLong(0);
        });
    assertThat(refusal(() -> on(bytes).readArrayStart())).isNotNull();
    assertThat(refusal(() -> on(bytes).readMapStart())).isNotNull();
  }

  @Test
  void items_ofManyBlocks_areCountedTogether() throws IOException {
    byte[] bytes = written(out -> out.writeFixed(new byte[] {4, 4, 4}));
    ByteArrayDecoder in = on(bytes);
    assertThat(in.readArrayStart()).isEqualTo(2);
    assertThat(refusal(in::arrayNext).reason()).isEqualTo(Reason.MALFORMED_RECORD);
  }

  @Test
  void numbers_beyondTheirType_areRefused() throws IOException {
    byte[] tooLarge = written(out -> out.writeLong(1L << 31));
    assertThat(refusal(() -> on(tooLarge).readInt())).hasMessageContaining("32 bits");
    byte[] endless = new byte[12];
    java.util.Arrays.fill(endless, (byte) -1);
    assertThat(refusal(() -> on(endless).readLong())).hasMessageContaining("10 bytes");
    assertThat(refusal(() -> on(new byte[] {2}).readBoolean())).hasMessageContaining("0 or 1");
  }

  @Test
  void message_ofARefusal_saysWhere() {
    decoder.reset(new byte[20], 5, 10);
    decoder.skipFixed(8);
    assertThat(refusal(decoder::readDouble)).hasMessage("the record ends early (at byte 8 of 10)");
  }
}
