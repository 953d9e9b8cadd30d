package io.losswatch.deploy.bench;

import io.losswatch.schemas.LogitBatch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The same job as somebody would write it with Kafka Streams: generic Avro records, a loop over the
 * logits with {@code Math.exp}, its own windows and its own exactly-once. A batch becomes one sum
 * and one count before it is grouped by model, which is the best that its operators can do.
 */
final class StreamsReading {
  private static final long GLANCE_NANOS = 5_000_000;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** Partitions are read at their own pace, and nothing may come too late to be counted. */
  private static final Duration GRACE = Duration.ofHours(1);

  private static final BinaryMessageDecoder<GenericRecord> DECODER =
      new BinaryMessageDecoder<>(GenericData.get(), LogitBatch.getClassSchema());

  private static final Serde<GenericRecord> RECORDS =
      Serdes.serdeFrom(
          (topic, value) -> {
            throw new UnsupportedOperationException("nothing is written");
          },
          (topic, bytes) -> decode(bytes));

  private static final Serde<Sums> SUMS =
      Serdes.serdeFrom((topic, sums) -> sums == null ? null : sums.toBytes(), Sums::of);

  private StreamsReading() {}

  /**
   * Reads a topic once for each line of its standard input, which is an application's id that
   * nobody else has had, and prints the payload bytes a second after {@link StreamsProcess#RATE}.
   * Takes the brokers, and the topic's name, records and bytes.
   */
  public static void main(String[] arguments) throws IOException {
    Kafka kafka = new Kafka(arguments[0]);
    BenchTopic topic =
        new BenchTopic(
            arguments[1],
            BatchSize.MEDIUM,
            0,
            Long.parseLong(arguments[2]),
            Long.parseLong(arguments[3]));
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println(StreamsProcess.RATE + read(kafka, topic, line));
    }
  }

  /**
   * Of some samples.
   *
   * @param sum of their losses
   * @param count of them
   */
  private record Sums(double sum, long count) {
    private static Sums of(String topic, byte[] bytes) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      return new Sums(buffer.getDouble(), buffer.getLong());
    }

    byte[] toBytes() {
      return ByteBuffer.allocate(Double.BYTES + Long.BYTES).putDouble(sum).putLong(count).array();
    }

    Sums plus(Sums more) {
      return new Sums(sum + more.sum, count + more.count);
    }
  }

  private static GenericRecord decode(byte[] bytes) {
    try {
      return DECODER.decode(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads the whole topic.
   *
   * @return payload bytes a second, from the first samples in a window on until all are in one
   */
  private static double read(Kafka kafka, BenchTopic topic, String applicationId)
      throws IOException {
    Path directory = Files.createTempDirectory("losswatch-streams");
    LongAdder counted = new LongAdder();
    StreamsBuilder builder = topology(topic.name(), applicationId + "-mean", counted);
    try (KafkaStreams streams =
        new KafkaStreams(builder.build(), properties(kafka, applicationId, directory))) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      streams.start();
      long began = awaitMore(counted, 0, deadline);
      long before = counted.sum();
      long now = began;
      while (counted.sum() < topic.samples()) {
        now = awaitMore(counted, counted.sum(), deadline);
      }
      double bytes = (topic.samples() - before) * topic.recordBytes() / topic.size().rows();
      return bytes / ((now - began) / 1e9);
    } finally {
      delete(directory);
    }
  }

  private static long awaitMore(LongAdder counted, long than, long deadline) {
    while (counted.sum() <= than) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("Kafka Streams has counted only " + counted.sum());
      }
      LockSupport.parkNanos(GLANCE_NANOS);
    }
    return System.nanoTime();
  }

  private static StreamsBuilder topology(String input, String output, LongAdder counted) {
    StreamsBuilder builder = new StreamsBuilder();
    KGroupedStream<String, Sums> byModel =
        builder.stream(
                input,
                Consumed.with(Serdes.ByteArray(), RECORDS)
                    .withTimestampExtractor((record, latest) ->
                        (long) ((GenericRecord) record.value()).get("event_time")))
            .map((key, batch) -> KeyValue.pair(batch.get("model").toString(), losses(batch)))
            .groupByKey(Grouped.with(Serdes.String(), SUMS));
    byModel
        .windowedBy(
            TimeWindows.ofSizeAndGrace(Duration.ofMinutes(5), GRACE)
                .advanceBy(Duration.ofSeconds(10)))
        .aggregate(() -> new Sums(0, 0), (model, batch, sums) -> sums.plus(batch), store("rolling"))
        .toStream()
        .map((window, sums) -> KeyValue.pair(window.toString(), sums.sum / sums.count))
        .to(output, Produced.with(Serdes.String(), Serdes.Double()));
    byModel
        .windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofMinutes(1), GRACE))
        .aggregate(
            () -> new Sums(0, 0),
            (model, batch, sums) -> {
              counted.add(batch.count);
              return sums.plus(batch);
            },
            store("tumbling"))
        .toStream()
        .map((window, sums) -> KeyValue.pair(window.toString(), sums.sum / sums.count))
        .to(output, Produced.with(Serdes.String(), Serdes.Double()));
    return builder;
  }

  private static Materialized<String, Sums, WindowStore<Bytes, byte[]>> store(String name) {
    return Materialized.<String, Sums, WindowStore<Bytes, byte[]>>as(name)
        .withKeySerde(Serdes.String())
        .withValueSerde(SUMS);
  }

  /** Cross-entropy of each row, as one writes it. */
  private static Sums losses(GenericRecord batch) {
    GenericRecord predictions = (GenericRecord) batch.get("predictions");
    List<?> shape = (List<?>) predictions.get("shape");
    int classes = Math.toIntExact((long) shape.get(1));
    FloatBuffer logits = data(predictions).asFloatBuffer();
    LongBuffer labels = data((GenericRecord) batch.get("labels")).asLongBuffer();
    double sum = 0;
    int rows = labels.remaining();
    for (int row = 0; row < rows; row++) {
      int from = row * classes;
      double max = Double.NEGATIVE_INFINITY;
      for (int i = from; i < from + classes; i++) {
        max = Math.max(max, logits.get(i));
      }
      double exps = 0;
      for (int i = from; i < from + classes; i++) {
        exps += Math.exp(logits.get(i) - max);
      }
      sum += Math.log(exps) + max - logits.get(from + (int) labels.get(row));
    }
    return new Sums(sum, rows);
  }

  private static ByteBuffer data(GenericRecord tensor) {
    return ((ByteBuffer) tensor.get("data")).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Properties properties(Kafka kafka, String applicationId, Path directory) {
    Properties properties = new Properties();
    properties.putAll(kafka.properties());
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 200);
    properties.put(
        StreamsConfig.NUM_STREAM_THREADS_CONFIG, Runtime.getRuntime().availableProcessors());
    properties.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    properties.put(StreamsConfig.consumerPrefix("max.partition.fetch.bytes"), 8 << 20);
    return properties;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
