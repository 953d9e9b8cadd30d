package io.losswatch.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.losswatch.core.batch.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

class NamesTest {
  private final Names names = new Names();
  private final ByteArrayDecoder decoder = new ByteArrayDecoder();

  private static byte[] encoded(List<String> strings) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    for (String string : strings) {
      encoder.writeString(string);
    }
    encoder.flush();
    return bytes.toByteArray();
  }

  @Test
  void strings_ofAnyLengthAndOrder_areReadAsTheyAre() throws IOException {
    Random random = new Random(7);
    List<String> strings = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      // more than there are slots, many alike but for a byte, some too long to be kept
      strings.add("ü".repeat(random.nextInt(40)) + "model-" + random.nextInt(300));
    }
    strings.add("");
    byte[] bytes = encoded(strings);
    decoder.reset(bytes, 0, bytes.length);

    for (String string : strings) {
      assertThat(names.read(decoder)).isEqualTo(string);
    }
    assertThat(decoder.remainingBytes()).isZero();
  }

  @Test
  void string_thatComesAgain_isTheSameObject() throws IOException {
    byte[] bytes = encoded(List.of("mnist", "cifar", "mnist"));
    decoder.reset(bytes, 0, bytes.length);
    String first = names.read(decoder);
    names.read(decoder);

    assertThat(names.read(decoder)).isSameAs(first);
  }

  @Test
  void string_thatIsCutOff_isRefusedAsByTheDecoder() throws IOException {
    byte[] whole = encoded(List.of("mnist"));
    decoder.reset(whole, 0, whole.length);
    names.read(decoder);
    for (int length = 0; length < whole.length; length++) {
      decoder.reset(whole, 0, length);
      assertThatThrownBy(() -> names.read(decoder)).isInstanceOf(RefusedException.class);
    }
  }
}
