package io.losswatch.deploy.demo;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The live traffic on its way to Kafka: for each region a producer of its own on a beat of its own.
 * Who is to know what is sent is told first.
 */
final class Sending implements AutoCloseable {
  /** Three regions at this beat send about 37 batches, which is 500 predictions, a second. */
  private static final long BEAT_MILLIS = 80;

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ScheduledExecutorService beats;
  private final List<Producer<String, byte[]>> producers = new ArrayList<>();
  private final LongAdder predictions = new LongAdder();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final InstantSource clock;
  private final DriftSchedule schedule;
  private final Consumer<Shipment> ledger;
  private final long startMillis;

  private Sending(
      int threads, InstantSource clock, DriftSchedule schedule, Consumer<Shipment> ledger) {
    this.beats = Executors.newScheduledThreadPool(threads);
    this.clock = clock;
    this.schedule = schedule;
    this.ledger = ledger;
    this.startMillis = clock.millis();
  }

  /**
   * Starts to send, now.
   *
   * @param traffic one a region
   * @param schedule when drift is on, counted from now
   * @param ledger is told everything before it is sent, by several threads
   */
  static Sending start(
      String bootstrapServers,
      List<Traffic> traffic,
      InstantSource clock,
      DriftSchedule schedule,
      Consumer<Shipment> ledger) {
    Sending sending = new Sending(traffic.size(), clock, schedule, ledger);
    for (int i = 0; i < traffic.size(); i++) {
      Traffic regional = traffic.get(i);
      Producer<String, byte[]> producer = producer(bootstrapServers);
      sending.producers.add(producer);
      var unused =
          sending.beats.scheduleAtFixedRate(
              () -> sending.send(regional, producer),
              BEAT_MILLIS * i / traffic.size(),
              BEAT_MILLIS,
              TimeUnit.MILLISECONDS);
    }
    return sending;
  }

  /** When the traffic began, milliseconds since the epoch. */
  long startMillis() {
    return startMillis;
  }

  /** Rows that were sent so far. */
  long predictions() {
    return predictions.sum();
  }

  /** Why a record could not be sent. */
  Optional<Exception> failure() {
    return Optional.ofNullable(failure.get());
  }

  @Override
  public void close() {
    finish();
  }

  /** Sends no more and waits, for a bounded time, until all is acknowledged. May be repeated. */
  void finish() {
    beats.shutdown();
    try {
      if (!beats.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        beats.shutdownNow();
        failure.compareAndSet(null, new IllegalStateException("a producer is stuck in send"));
      }
    } catch (InterruptedException e) {
      beats.shutdownNow();
      Thread.currentThread().interrupt();
    }
    producers.forEach(producer -> producer.close(PATIENCE));
  }

  private void send(Traffic traffic, Producer<String, byte[]> producer) {
    try {
      long now = clock.millis();
      boolean drifting =
          schedule.regionAt(now - startMillis).filter(traffic.region()::equals).isPresent();
      Shipment shipment = traffic.next(now, drifting);
      ledger.accept(shipment);
      shipment.batch().ifPresent(batch -> predictions.add(batch.answer().predictions().rows()));
      var unused =
          producer.send(
              new ProducerRecord<>(DemoSettings.PREDICTIONS, shipment.key(), shipment.value()),
              (metadata, refusal) -> {
                if (refusal != null) {
                  failure.compareAndSet(null, refusal);
                }
              });
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private static Producer<String, byte[]> producer(String bootstrapServers) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "acks",
            "all",
            "enable.idempotence",
            "true",
            "linger.ms",
            "5"),
        new StringSerializer(),
        new ByteArraySerializer());
  }
}
