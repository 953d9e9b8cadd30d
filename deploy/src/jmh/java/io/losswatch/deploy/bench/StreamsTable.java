package io.losswatch.deploy.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Prints how many samples a second losswatch and a Kafka Streams application read from the same
 * topic of 40 KB batches, in turns.
 *
 * <pre>{@code mvn -q -pl deploy -am verify -Dstreams -DskipTests -DskipITs}</pre>
 */
final class StreamsTable {
  private static final int WARM_UPS = 2;
  private static final int ROUNDS = 3;
  private static final int PARTITIONS = 6;
  private static final int SPAN_SECONDS = 600;
  private static final long BYTES = 6_000_000_000L;

  private StreamsTable() {}

  /** Takes the broker's main class, and the directory of Kafka Streams and its clients. */
  public static void main(String[] arguments) throws Exception {
    BenchOptions.Amount amount = new BenchOptions.Amount(BYTES, SPAN_SECONDS);
    BenchOptions.Load load = new BenchOptions.Load(amount, PARTITIONS, 20, "fp32", "none");
    BenchOptions.Readers readers = new BenchOptions.Readers("classic", 1);
    try (BrokerProcess broker = BrokerProcess.start(arguments[0])) {
      Kafka kafka = broker.kafka();
      BenchTopic topic =
          BenchTopic.fill(kafka, "streams-40kb", BatchSize.MEDIUM, load, () -> false);
      compare(kafka, topic, readers, Path.of(arguments[1]));
    }
  }

  private static void compare(
      Kafka kafka, BenchTopic topic, BenchOptions.Readers readers, Path jars) throws Exception {
    try (StreamsProcess application = StreamsProcess.start(jars, kafka, topic)) {
      List<Double> ours = new ArrayList<>();
      List<Double> theirs = new ArrayList<>();
      for (int round = 1 - WARM_UPS; round <= ROUNDS; round++) {
        double service =
            ServiceReading.read(kafka, topic, "losswatch-" + round, readers, () -> false)
                .bytesPerSecond();
        String applicationId = "streams-" + round;
        create(kafka, applicationId + "-mean");
        double streams = application.read(applicationId);
        double rowsPerByte = topic.size().rows() / topic.recordBytes();
        System.out.printf(
            "%s: losswatch %,.0f samples/s, Kafka Streams %,.0f samples/s%n",
            round <= 0 ? "warm-up" : "round " + round,
            service * rowsPerByte,
            streams * rowsPerByte);
        if (round > 0) {
          ours.add(service);
          theirs.add(streams);
        }
      }
      System.out.printf("ratio of the medians: %.1f%n", median(ours) / median(theirs));
    }
  }

  private static void create(Kafka kafka, String topic) throws Exception {
    try (Admin admin = Admin.create(kafka.properties())) {
      admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
    }
  }

  private static double median(List<Double> odd) {
    return odd.stream().sorted().toList().get(odd.size() / 2);
  }
}
