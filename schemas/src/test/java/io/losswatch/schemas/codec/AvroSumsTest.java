package io.losswatch.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.window.LossSummary;
import io.losswatch.schemas.LossSums;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AvroSumsTest {
  private static LossSummary writtenAndRead(LossSummary summary) {
    RecordCodec<LossSums> codec = RecordCodec.of(LossSums.class);
    byte[] bytes = codec.encode(AvroSums.of(summary));
    return AvroSums.summary(codec.decode(bytes, 0, bytes.length));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void summary_writtenAndRead_holdsTheSameState(long seed) {
    Random random = new Random(seed);
    LossSummary summary = new LossSummary();
    for (int i = 0; i < 1000; i++) {
      summary.add(random.nextGaussian() * Math.pow(10, random.nextInt(20)), random.nextInt(3));
    }
    summary.add(Double.NaN, 1);
    summary.add(Double.POSITIVE_INFINITY, 1);
    summary.addIgnored(2);
    summary.addLate(3);
    summary.addUnlabeled(-4);

    assertThat(writtenAndRead(summary).state()).isEqualTo(summary.state());
  }

  @Test
  void summary_empty_staysEmptyAndALikelihood() {
    LossSummary read = writtenAndRead(new LossSummary());
    assertThat(read.state()).isEqualTo(new LossSummary().state());
    assertThat(read.state().negativeLogLikelihood()).isNotNull();
  }

  @Test
  void summary_thatIsNoLikelihood_isWrittenWithoutOne() {
    LossSummary summary = new LossSummary();
    summary.add(2, 1);
    assertThat(AvroSums.of(summary).getNegativeLogLikelihood()).isNull();
    assertThat(writtenAndRead(summary).state().negativeLogLikelihood()).isNull();
  }
}
