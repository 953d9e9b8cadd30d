package io.losswatch.deploy.demo;

import io.losswatch.deploy.http.HttpSettings;
import io.losswatch.deploy.metrics.Exposition;
import io.losswatch.schemas.RollingLoss;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** One run on a broker that is up: traffic, service, table, and in the end the comparison. */
final class DemoRun {
  private static final long FRAME_MILLIS = 500;

  /** The last window is final some 12 s after the last record; a loaded machine may take longer. */
  private static final long PATIENCE_MILLIS = 60_000;

  private final LossHistory history = new LossHistory(DemoSettings.ROLLING);
  private final PublishedWindows published = new PublishedWindows(DemoSettings.TUMBLING);
  private final ExpectedLosses expected = new ExpectedLosses(DemoSettings.TUMBLING_MILLIS);
  private final DemoView view = new DemoView(history);
  private final DemoOptions options;
  private final DriftSchedule schedule;
  private final Screen screen;
  private final InstantSource clock;
  private final CountDownLatch stop;

  /**
   * @param stop reaches 0 when the run shall end early
   */
  DemoRun(DemoOptions options, Screen screen, InstantSource clock, CountDownLatch stop) {
    this.options = options;
    this.screen = screen;
    this.clock = clock;
    this.stop = stop;
    this.schedule =
        options.seconds().isPresent()
            ? DriftSchedule.within(options.seconds().getAsLong() * 1000, DemoSettings.REGIONS)
            : DriftSchedule.cycling(DemoSettings.REGIONS);
  }

  /**
   * Runs to its end.
   *
   * @return true if nothing failed and, after a run of limited time, all numbers agree
   */
  boolean on(String bootstrapServers, List<Feed> feeds) throws InterruptedException, IOException {
    try (Service service = Service.start(DemoSettings.of(bootstrapServers));
        Exposition page =
            Exposition.open(HttpSettings.local(options.port()), service.stream(), "demo");
        Reading reading = Reading.start(bootstrapServers, losses());
        Sending sending =
            Sending.start(bootstrapServers, traffic(feeds), clock, schedule, ledger())) {
      Parts parts = new Parts(service, reading, sending);
      screen.print(List.of("The page is " + page.url()));
      if (options.opensBrowser()) {
        Browser.open(page.url());
      }
      boolean isStopped = watchTraffic(parts);
      sending.finish();
      parts.check();
      return isStopped || options.seconds().isEmpty() || settle(parts);
    }
  }

  /** Shows the table until the time is over. True: somebody wants it to end before. */
  private boolean watchTraffic(Parts parts) throws InterruptedException {
    long endMillis = options.seconds().orElse(Long.MAX_VALUE / 1000) * 1000;
    long elapsed = 0;
    while (elapsed < endMillis) {
      if (stop.await(Math.min(FRAME_MILLIS, endMillis - elapsed), TimeUnit.MILLISECONDS)) {
        return true;
      }
      elapsed = clock.millis() - parts.sending().startMillis();
      Optional<String> region = schedule.regionAt(elapsed);
      show(parts, elapsed, region.map(name -> "drift in " + name).orElse("calm"), region);
    }
    return false;
  }

  /** Waits until every window is final, then compares and says so. */
  private boolean settle(Parts parts) throws InterruptedException {
    SortedMap<WindowKey, ExpectedLosses.Sum> sums = expected.sums();
    long start = parts.sending().startMillis();
    long deadline = clock.millis() + PATIENCE_MILLIS;
    while (!published.areFinal(sums.keySet()) && clock.millis() < deadline) {
      if (stop.await(FRAME_MILLIS, TimeUnit.MILLISECONDS)) {
        return false;
      }
      show(parts, clock.millis() - start, "finishing", Optional.empty());
    }
    SortedMap<WindowKey, PublishedWindows.Publication> last = published.last();
    Comparison comparison =
        Comparison.of(sums, last)
            .with(expected.deadLetters(), parts.reading().deadLetters(), published.faults());
    screen.print(Summary.lines(comparison, last, DemoSettings.TUMBLING_MILLIS, schedule, start));
    return comparison.agrees();
  }

  private void show(Parts parts, long elapsed, String phase, Optional<String> drifting) {
    parts.check();
    screen.show(
        view.at(
            elapsed,
            phase,
            drifting,
            parts.sending().predictions(),
            parts.reading().deadLetters()));
  }

  /** A run without end would keep its windows for ever: only a limited one is compared. */
  private Consumer<Shipment> ledger() {
    return options.seconds().isPresent() ? expected::add : shipment -> {};
  }

  private BiConsumer<String, RollingLoss> losses() {
    BiConsumer<String, RollingLoss> table = history::add;
    return options.seconds().isPresent() ? table.andThen(published::add) : table;
  }

  /** The traffic of each region. */
  static List<Traffic> traffic(List<Feed> feeds) {
    List<Traffic> traffic = new ArrayList<>();
    for (String region : DemoSettings.REGIONS) {
      traffic.add(new Traffic(feeds, region, traffic.size()));
    }
    return traffic;
  }

  /** What runs at the same time. */
  private record Parts(Service service, Reading reading, Sending sending) {
    /** Ends the run when one of them has failed. */
    void check() {
      service.failure().ifPresent(cause -> fail("the service failed", cause));
      reading.failure().ifPresent(cause -> fail("reading the losses failed", cause));
      sending.failure().ifPresent(cause -> fail("sending the predictions failed", cause));
    }

    private static void fail(String what, Throwable cause) {
      throw new IllegalStateException(what + ": " + cause, cause);
    }
  }
}
