package io.losswatch.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.loss.Losses;
import io.losswatch.core.loss.Metrics;
import io.losswatch.core.tensor.Tensor;
import io.losswatch.core.window.LossSummary;
import io.losswatch.schemas.LossSums;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AvroSumsTest {
  private static final Metrics METRICS = Metrics.of(Metrics.known(), 2);

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
    summary.addLabelLatency(4, -1500);
    summary.addLabelLatency(1, 90_000_000_000L);

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

  @Test
  void summary_withCompanions_holdsTheSameStateAndGoesOnAlike() {
    LossSummary summary = withCompanions(1);
    LossSummary read = writtenAndRead(summary);
    assertThat(read.state()).isEqualTo(summary.state());
    assertThat(read.metrics(METRICS)).isEqualTo(summary.metrics(METRICS)).hasSize(5);
    summary.merge(withCompanions(2));
    read.merge(withCompanions(2));
    assertThat(read.state()).isEqualTo(summary.state());
  }

  @Test
  void summary_withoutCompanions_isWrittenWithout() {
    assertThat(AvroSums.of(new LossSummary()).getMetrics()).isEmpty();
    assertThat(AvroSums.of(withCompanions(1)).getMetrics()).hasSize(2 * METRICS.sumCount());
  }

  private static LossSummary withCompanions(long seed) {
    double[] logits = new Random(seed).doubles(300, -3, 3).toArray();
    Predictions predictions =
        new Predictions(OutputKind.LOGITS, Layout.CLASS_LAST, Tensor.ofDoubles(logits, 100, 3));
    Tensor labels = Tensor.ofInts(new Random(seed).ints(100, 0, 3).toArray(), 100);
    BatchHeader header = new BatchHeader("m", "", OptionalLong.empty(), null, Map.of());
    LossBuffer buffer = new LossBuffer();
    buffer.request(METRICS);
    Losses.of("cross_entropy", Map.of())
        .samples(new Batch(header, predictions, labels, null, List.of()), buffer);
    LossSummary summary = new LossSummary();
    summary.addAll(buffer, true);
    return summary;
  }
}
