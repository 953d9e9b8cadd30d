package io.losswatch.deploy.bench;

import io.losswatch.stream.StreamCounts;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * The service reads a topic to its end, both hops: decode, evaluate, fold, commit, fold again,
 * publish.
 */
final class ServiceReading {
  private static final long GLANCE_NANOS = 5_000_000;
  private static final List<String> WINDOWS = List.of("rolling:5m/10s", "tumbling:1m");

  private ServiceReading() {}

  /**
   * Reads the whole topic.
   *
   * @param applicationId nobody else has had
   * @throws IllegalStateException if a sample is not counted once
   */
  static Measurement read(
      Kafka kafka,
      BenchTopic topic,
      String applicationId,
      BenchOptions.Readers readers,
      BooleanSupplier isStopped) {
    Usage.cleanUp();
    Progress progress = new Progress(System.nanoTime(), kafka.cpuNanos());
    try (Admin admin = Admin.create(kafka.properties());
        Service service =
            Service.start(
                kafka,
                applicationId,
                new Service.Job(topic.name(), topic.partitions(), WINDOWS, Duration.ofSeconds(2)),
                readers)) {
      long records = 0;
      while (records < topic.records() && !isStopped.getAsBoolean()) {
        LockSupport.parkNanos(GLANCE_NANOS);
        records = sum(service.counts(), StreamCounts.Input::records);
        progress.at(System.nanoTime(), records);
      }
      List<TopicPartition> partials = topic.all(service.topics().partials());
      while (!isRolled(admin, applicationId, partials) && !isStopped.getAsBoolean()) {
        LockSupport.parkNanos(GLANCE_NANOS);
      }
      long end = System.nanoTime();
      Usage usage = progress.usage();
      check(topic, service.counts(), isStopped);
      return Measurement.of(topic, progress, end, usage);
    }
  }

  private static void check(
      BenchTopic topic, List<StreamCounts> counts, BooleanSupplier isStopped) {
    boolean isRight =
        sum(counts, StreamCounts.Input::records) == topic.records()
            && sum(counts, StreamCounts.Input::samples) == topic.samples()
            && sum(counts, StreamCounts.Input::late) == 0
            && counts.stream().allMatch(each -> each.refused().isEmpty());
    if (!isRight && !isStopped.getAsBoolean()) {
      throw new IllegalStateException(
          "%s holds %d records of %d samples, but these were counted: %s"
              .formatted(topic.name(), topic.records(), topic.samples(), counts));
    }
  }

  private static long sum(List<StreamCounts> counts, ToLongFunction<StreamCounts.Input> number) {
    return counts.stream().map(StreamCounts::input).mapToLong(number).sum();
  }

  /** True if hop 2 has committed all that hop 1 has sent. */
  private static boolean isRolled(
      Admin admin, String applicationId, List<TopicPartition> partials) {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    partials.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    try {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin
              .listConsumerGroupOffsets(applicationId + "-roll")
              .partitionsToOffsetAndMetadata()
              .get();
      return admin
          .listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
          .all()
          .get()
          .entrySet()
          .stream()
          .allMatch(end -> end.getValue().offset() <= offset(committed.get(end.getKey())));
    } catch (ExecutionException e) {
      throw new KafkaException("the service's progress cannot be seen", e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static long offset(@Nullable OffsetAndMetadata committed) {
    return committed == null ? 0 : committed.offset();
  }
}
