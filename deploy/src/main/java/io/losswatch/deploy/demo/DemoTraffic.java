package io.losswatch.deploy.demo;

import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Just the demo's traffic, sent to a cluster that is there: no broker, no service and no table.
 * Makes the topic if it is missing.
 */
public final class DemoTraffic {
  private static final Logger LOG = LoggerFactory.getLogger(DemoTraffic.class);
  private static final long LINE_EVERY_MILLIS = 10_000;

  private final CountDownLatch stop = new CountDownLatch(1);
  private final String bootstrapServers;
  private final OptionalLong seconds;
  private final PrintStream progress;

  /**
   * Traffic that is not sent yet.
   *
   * @param bootstrapServers host and port, or several with commas between them
   * @param options of which only the seconds matter
   */
  public DemoTraffic(String bootstrapServers, DemoOptions options) {
    this(bootstrapServers, options, System.err);
  }

  DemoTraffic(String bootstrapServers, DemoOptions options, PrintStream progress) {
    this.bootstrapServers = bootstrapServers;
    this.seconds = options.seconds();
    this.progress = progress;
  }

  /**
   * Sends for the seconds of the options, or until it is told to stop.
   *
   * @return exit code: 0 if the cluster has all that was sent, 1 if something failed
   */
  public int run() {
    try {
      progress.println("Training four small models on one half of their data ...");
      List<Traffic> traffic = DemoRun.traffic(Demo.feeds());
      makePredictions();
      progress.println("Traffic to " + bootstrapServers + " begins.");
      send(traffic);
      return 0;
    } catch (ExecutionException | RuntimeException e) {
      Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
      LOG.debug("the traffic failed", e);
      progress.println("The traffic failed: " + cause);
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  /** Ends a run in good order, soon. Returns at once; any thread may call it. */
  public void stop() {
    stop.countDown();
  }

  private void send(List<Traffic> traffic) throws InterruptedException {
    InstantSource clock = InstantSource.system();
    DriftSchedule schedule = DriftSchedule.cycling(DemoSettings.REGIONS);
    try (Sending sending =
        Sending.start(bootstrapServers, traffic, clock, schedule, shipment -> {})) {
      long endMillis = seconds.orElse(Long.MAX_VALUE / 1000) * 1000;
      long elapsed = 0;
      while (elapsed < endMillis && !isStoppedWithin(endMillis - elapsed)) {
        elapsed = clock.millis() - sending.startMillis();
        check(sending);
        String phase = schedule.regionAt(elapsed).map(name -> "drift in " + name).orElse("calm");
        progress.printf(
            "%5d s: %d predictions, %s%n", elapsed / 1000, sending.predictions(), phase);
      }
      sending.finish();
      check(sending);
      progress.printf("Sent %d predictions.%n", sending.predictions());
    }
  }

  private boolean isStoppedWithin(long millis) throws InterruptedException {
    return stop.await(Math.min(LINE_EVERY_MILLIS, millis), TimeUnit.MILLISECONDS);
  }

  private static void check(Sending sending) {
    sending
        .failure()
        .ifPresent(cause -> {
          throw new IllegalStateException(cause);
        });
  }

  private void makePredictions() throws InterruptedException, ExecutionException {
    NewTopic predictions =
        new NewTopic(DemoSettings.PREDICTIONS, DemoSettings.PARTITIONS, (short) -1);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.createTopics(List.of(predictions)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }
}
