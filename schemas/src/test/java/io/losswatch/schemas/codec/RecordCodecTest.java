package io.losswatch.schemas.codec;

import static io.losswatch.schemas.codec.LogitBatches.frame;
import static io.losswatch.schemas.codec.LogitBatches.full;
import static io.losswatch.schemas.codec.LogitBatches.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.SampleRun;
import io.losswatch.schemas.AverageState;
import io.losswatch.schemas.LaneState;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.MarkState;
import io.losswatch.schemas.PaneState;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PartialEntry;
import io.losswatch.schemas.PublicationState;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.RosterState;
import io.losswatch.schemas.SampleEntry;
import io.losswatch.schemas.SourceState;
import io.losswatch.schemas.SourceTopic;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordCodecTest {
  static PartialBatch partial() {
    LossSummary summary = new LossSummary();
    summary.add(1.5, 1);
    PartialEntry entry =
        new PartialEntry("m/d/1/", -5L, Instant.ofEpochMilli(30_000), AvroSums.of(summary));
    return PartialBatch.newBuilder()
        .setSourceTopic("predictions")
        .setSourcePartition(3)
        .setFromOffset(100)
        .setToOffset(120)
        .setChunk(0)
        .setChunks(1)
        .setWatermark(Instant.ofEpochMilli(29_000))
        .setSources(List.of(new SourceTopic("predictions", 6)))
        .setEntries(List.of(entry, entry))
        .setSamples(List.of(samples()))
        .build();
  }

  private static SampleEntry samples() {
    SampleRun run = SampleRun.of(new double[] {1, -2.5}, new double[] {0.5, 2}, 3);
    return AvroSamples.of(AvroSamples.empty("m/d/1/", -5, 29_500), run, 0, 2);
  }

  static RollingLoss rolling() {
    return RollingLoss.newBuilder()
        .setMonitor("digits-ce")
        .setModel("digits")
        .setVersion("")
        .setSlice(Map.of("region", "eu"))
        .setLoss("cross_entropy")
        .setWindow("rolling:5m/10s")
        .setWindowStart(Instant.ofEpochMilli(0))
        .setWindowEnd(Instant.ofEpochMilli(300_000))
        .setMean(Double.NaN)
        .setSum(0)
        .setWeight(0)
        .setCount(0)
        .setIgnored(0)
        .setNanCount(0)
        .setInfCount(0)
        .setLateCount(1)
        .setUnlabeledCount(0)
        .setMin(Double.NEGATIVE_INFINITY)
        .setMax(Double.POSITIVE_INFINITY)
        .setStddev(0.1)
        .setStderr(1e-300)
        .setRevision(0)
        .setIsFinal(true)
        .setWatermark(Instant.ofEpochMilli(300_001))
        .setEmittedAt(Instant.ofEpochMilli(300_002))
        .build();
  }

  static Stream<SpecificRecord> records() {
    return Stream.of(
        partial(),
        rolling(),
        full(),
        new LaneState(7L, 8L),
        new SourceState("predictions", 1, 2L, 3L, 4, 5L),
        new RosterState(List.of(new SourceTopic("predictions", 6))),
        new PaneState(10_000L, 20_000L, AvroSums.of(new LossSummary())),
        new PublicationState("tumbling:1h", 3_600_000L, 2, true, 1L),
        new AverageState("ewma:80s", 10_000L, true, AvroSums.of(new LossSummary())),
        new MarkState(5L));
  }

  @SuppressWarnings("unchecked")
  private static <T extends SpecificRecord> RecordCodec<T> codec(T record) {
    return RecordCodec.of((Class<T>) record.getClass());
  }

  @ParameterizedTest
  @MethodSource("records")
  void record_encodedAndDecoded_isTheSame(SpecificRecord record) {
    byte[] bytes = codec(record).encode(record);
    byte[] inside = new byte[bytes.length + 8];
    System.arraycopy(bytes, 0, inside, 5, bytes.length);
    // generated records with a NaN do not equal themselves
    assertThat(JsonRecords.write(codec(record).decode(inside, 5, bytes.length)))
        .isEqualTo(JsonRecords.write(record));
  }

  @Test
  void frame_readByAvrosOwnDecoder_isTheSame() throws Exception {
    byte[] bytes = RecordCodec.of(LaneState.class).encode(new LaneState(1L, 2L));
    BinaryMessageDecoder<GenericRecord> avro =
        new BinaryMessageDecoder<>(new GenericData(), LaneState.getClassSchema());
    assertThat(avro.decode(bytes).get("watermark")).isEqualTo(2L);
  }

  @Test
  void frame_ofAnotherRecord_isRefused() {
    byte[] bytes = RecordCodec.of(LaneState.class).encode(new LaneState(1L, 2L));
    RecordCodec<PartialBatch> codec = RecordCodec.of(PartialBatch.class);
    assertThat(refusal(() -> codec.decode(bytes, 0, bytes.length)).reason())
        .isEqualTo(Reason.UNKNOWN_SCHEMA);
    assertThat(refusal(() -> codec.decode(null, 0, 0)).reason()).isEqualTo(Reason.MALFORMED_FRAME);
  }

  @Test
  void frame_cutOrTooLong_isRefused() {
    RecordCodec<PartialBatch> codec = RecordCodec.of(PartialBatch.class);
    byte[] bytes = codec.encode(partial());
    for (int length = 0; length < bytes.length; length++) {
      int cut = length;
      assertThat(refusal(() -> codec.decode(bytes, 0, cut)).reason())
          .isEqualTo(length < 10 ? Reason.MALFORMED_FRAME : Reason.MALFORMED_RECORD);
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThat(refusal(() -> codec.decode(longer, 0, longer.length)).reason())
        .isEqualTo(Reason.MALFORMED_RECORD);
  }

  @Test
  void frame_thatLiesSomewhere_isDecodedOrRefused() {
    Random random = new Random(7);
    RecordCodec<PartialBatch> codec = RecordCodec.of(PartialBatch.class);
    HostileRecords records = new HostileRecords(random, 0.02);
    int refusals = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] bytes =
          frame(
              PartialBatch.getClassSchema(),
              out -> records.write(PartialBatch.getClassSchema(), out));
      try {
        assertThat(codec.decode(bytes, 0, bytes.length).getEntries()).isNotNull();
      } catch (RefusedException e) {
        assertThat(e.reason()).as("seed 7").isEqualTo(Reason.MALFORMED_RECORD);
        refusals++;
      }
    }
    assertThat(refusals).isBetween(500, 4500);
  }

  @Test
  void codec_usedByManyThreads_givesEachItsOwn() {
    RecordCodec<LaneState> codec = RecordCodec.of(LaneState.class);
    assertThat(
            IntStream.range(0, 20_000)
                .parallel()
                .filter(i -> {
                  byte[] bytes = codec.encode(new LaneState((long) i, -1L));
                  return codec.decode(bytes, 0, bytes.length).getNextOffset() != i;
                }))
        .isEmpty();
  }

  @Test
  void logitBatch_decodedAsRecord_holdsNoViewOfTheArray() {
    RecordCodec<LogitBatch> codec = RecordCodec.of(LogitBatch.class);
    byte[] bytes = codec.encode(full());
    LogitBatch decoded = codec.decode(bytes, 0, bytes.length);
    Arrays.fill(bytes, (byte) 0);
    assertThat(decoded).isEqualTo(full());
  }
}
