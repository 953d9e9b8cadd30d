package io.losswatch.deploy.demo;

import io.losswatch.deploy.broker.EmbeddedBroker;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Real models answer real data on an embedded broker, drift sets in and ends, and the terminal
 * shows what losswatch makes of it.
 */
public final class Demo {
  private static final Logger LOG = LoggerFactory.getLogger(Demo.class);

  private final DemoOptions options;
  private final PrintStream out;
  private final PrintStream progress;
  private final boolean isTerminal;
  private final CountDownLatch stop = new CountDownLatch(1);

  /** The table goes to standard output, the lines before it to standard error. */
  public Demo(DemoOptions options) {
    this(
        options,
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
        System.err,
        isTerminal());
  }

  Demo(DemoOptions options, PrintStream out, PrintStream progress, boolean isTerminal) {
    this.options = options;
    this.out = out;
    this.progress = progress;
    this.isTerminal = isTerminal;
  }

  /**
   * Runs for the seconds of the options, or until it is told to stop.
   *
   * @return exit code: 0 if all is well, 1 if something failed or the service's numbers differ from
   *     the demo's own
   */
  public int run() {
    try {
      progress.println("Training four small models on one half of their data ...");
      List<Feed> feeds = feeds();
      progress.println("Starting a Kafka broker in this process ...");
      return watch(feeds) ? 0 : 1;
    } catch (IOException | ExecutionException | RuntimeException e) {
      LOG.debug("the demo failed", e);
      progress.println("The demo failed: " + e.getMessage());
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

  /** The four models, trained now; the digits first. */
  static List<Feed> feeds() {
    return List.of(RowFeed.digits(), RowFeed.cancer(), RowFeed.diabetes(), TextFeed.readme());
  }

  private boolean watch(List<Feed> feeds)
      throws IOException, InterruptedException, ExecutionException {
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary(0)) {
      String servers = broker.bootstrapServers();
      createPredictions(servers);
      progress.println("Kafka listens on " + servers + "; traffic begins.");
      Screen screen = new Screen(out, isTerminal);
      return new DemoRun(options, screen, InstantSource.system(), stop).on(servers, feeds);
    }
  }

  private static void createPredictions(String servers)
      throws InterruptedException, ExecutionException {
    NewTopic predictions =
        new NewTopic(DemoSettings.PREDICTIONS, DemoSettings.PARTITIONS, (short) 1);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      admin.createTopics(List.of(predictions)).all().get();
    }
  }

  /**
   * The launcher knows and says it in {@code losswatch.tty}; else a console tells, which from JDK
   * 22 on is there without a terminal too and has a method to ask.
   */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    String told = System.getProperty("losswatch.tty");
    if (told != null) {
      return Boolean.parseBoolean(told);
    }
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
