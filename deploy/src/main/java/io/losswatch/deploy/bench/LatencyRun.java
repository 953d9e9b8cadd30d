package io.losswatch.deploy.bench;

import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How long a window takes at half load: from the append of the record that moves the watermark past
 * the window's end, by the broker's clock, to the moment when the window's record is in the hands
 * of a consumer of what is committed. Both clocks are this machine's, or those of machines that
 * agree.
 */
final class LatencyRun {
  private static final RecordCodec<RollingLoss> CODEC = RecordCodec.of(RollingLoss.class);
  private static final String WINDOW = "tumbling:1s";

  /** Windows of the first seconds, while the group forms and code is compiled, do not count. */
  private static final long WARM_UP_MILLIS = 5000;

  private static final Duration POLL = Duration.ofMillis(50);
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private final BenchTopic topic;

  /** By partition: when, in the broker's time, event times from there on were appended. */
  private final List<ConcurrentSkipListMap<Long, Long>> appended = new ArrayList<>();

  /** Window ends, and when the last of their records was read. */
  private final Map<Long, Long> readMillis = new HashMap<>();

  private LatencyRun(BenchTopic topic) {
    this.topic = topic;
    for (int partition = 0; partition < topic.partitions(); partition++) {
      appended.add(new ConcurrentSkipListMap<>());
    }
  }

  /**
   * Sends and watches.
   *
   * @param input a topic of its own, with the broker's time stamps
   * @param recordsPerSecond the load
   * @return milliseconds, one a window, ascending
   */
  static List<Long> measure(
      Kafka kafka,
      BenchTopic topic,
      String input,
      double recordsPerSecond,
      BenchOptions options,
      BooleanSupplier isStopped)
      throws InterruptedException {
    BenchTopic.create(
        kafka, input, options.load(), Map.of("message.timestamp.type", "LogAppendTime"));
    LatencyRun run = new LatencyRun(topic);
    try (Service service =
        Service.start(
            kafka,
            input,
            new Service.Job(input, topic.partitions(), List.of(WINDOW), Duration.ZERO),
            options.readers())) {
      AtomicLong endNanos =
          new AtomicLong(System.nanoTime() + options.turns().latencySeconds() * 1_000_000_000L);
      Thread sender =
          new Thread(
              () ->
                  run.send(
                      kafka,
                      input,
                      recordsPerSecond,
                      options,
                      () -> isStopped.getAsBoolean() || System.nanoTime() > endNanos.get()),
              "losswatch-bench-load");
      sender.start();
      run.watch(
          kafka,
          service,
          () ->
              isStopped.getAsBoolean() || System.nanoTime() > endNanos.get() + PATIENCE_NANOS / 5);
      sender.join();
    }
    return run.latencies();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback hears of failures
  private void send(
      Kafka kafka,
      String input,
      double recordsPerSecond,
      BenchOptions options,
      BooleanSupplier isOver) {
    Batches batches = new Batches(topic.size(), options.load());
    long begin = System.nanoTime();
    try (KafkaProducer<byte[], byte[]> producer = BenchTopic.producer(kafka, options.load())) {
      for (long i = 0; !isOver.getAsBoolean(); i++) {
        long due = begin + (long) (i / recordsPerSecond * 1e9);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        long eventTime = System.currentTimeMillis();
        int partition = (int) (i % topic.partitions());
        producer.send(
            new ProducerRecord<>(input, partition, null, batches.value(i, eventTime)),
            (metadata, failure) -> {
              if (failure == null) {
                appended.get(partition).putIfAbsent(eventTime, metadata.timestamp());
              }
            });
      }
    }
  }

  private void watch(Kafka kafka, Service service, BooleanSupplier isOver) {
    List<TopicPartition> partitions = topic.all(service.topics().output());
    Map<String, Object> properties = new HashMap<>(kafka.properties());
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", false);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (!isOver.getAsBoolean()) {
        service.counts();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          read(record.value(), System.currentTimeMillis());
        }
      }
    }
  }

  private void read(byte[] value, long nowMillis) {
    RollingLoss loss = CODEC.decode(value, 0, value.length);
    if (loss.getRevision() == 0 && loss.getCount() > 0) {
      readMillis.merge(loss.getWindowEnd().toEpochMilli(), nowMillis, Math::max);
    }
  }

  private List<Long> latencies() {
    long first = readMillis.keySet().stream().mapToLong(Long::longValue).min().orElse(0);
    List<Long> latencies = new ArrayList<>();
    readMillis.forEach((end, read) -> {
      long complete = completeMillis(end);
      if (end >= first + WARM_UP_MILLIS && complete < Long.MAX_VALUE) {
        latencies.add(read - complete);
      }
    });
    latencies.sort(null);
    return latencies;
  }

  /** When the slowest partition got its first record of this time or later. */
  private long completeMillis(long windowEndMillis) {
    long complete = Long.MIN_VALUE;
    for (ConcurrentSkipListMap<Long, Long> partition : appended) {
      Map.Entry<Long, Long> first = partition.ceilingEntry(windowEndMillis);
      complete = Math.max(complete, first == null ? Long.MAX_VALUE : first.getValue());
    }
    return complete;
  }
}
