package io.losswatch.stream.broker;

import io.losswatch.core.loss.Losses;
import io.losswatch.core.window.Window;
import io.losswatch.stream.KafkaSettings;
import io.losswatch.stream.Limits;
import io.losswatch.stream.LossStream;
import io.losswatch.stream.Monitor;
import io.losswatch.stream.StreamSettings;
import io.losswatch.stream.TimeSettings;
import io.losswatch.stream.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** An instance of the stream in a JVM of its own, so that it can be killed. */
public final class StreamProcess {
  /** Width of tumbling windows, and of panes. */
  public static final Duration PANE = Duration.ofSeconds(10);

  private StreamProcess() {}

  /** Starts an instance. */
  public static JavaProcess start(String bootstrapServers, String instanceId, String groupProtocol)
      throws Exception {
    return JavaProcess.start(
        line -> line.startsWith("running"),
        flags(),
        StreamProcess.class.getName(),
        bootstrapServers,
        instanceId,
        groupProtocol);
  }

  /** The kernels of the parent: the last digits of scalar and vector code differ. */
  static List<String> flags() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        ? List.of("-Xmx512m", "--add-modules=jdk.incubator.vector")
        : List.of("-Xmx512m");
  }

  /** Settings of the instances: two monitors, whole and by region. */
  public static StreamSettings settings(
      String bootstrapServers, String instanceId, String groupProtocol) {
    Map<String, String> consumer =
        groupProtocol.equals("classic")
            ? Map.of("session.timeout.ms", "2000", "heartbeat.interval.ms", "300")
            : Map.of("group.protocol", groupProtocol);
    KafkaSettings kafka =
        new KafkaSettings(
            Map.of("bootstrap.servers", bootstrapServers),
            consumer,
            Map.of("transaction.timeout.ms", "3000"),
            Map.of());
    List<Window> windows = List.of(Window.parse("rolling:30s/10s"), Window.parse("tumbling:10s"));
    List<Monitor> monitors =
        List.of(
            new Monitor(
                "ce",
                "digits*",
                Losses.of("cross_entropy", Map.of()),
                windows,
                List.of(List.of("region"))),
            new Monitor("mse", "diabetes", Losses.of("mse", Map.of()), windows, List.of()));
    TimeSettings time =
        new TimeSettings(
            Duration.ofSeconds(2),
            Duration.ofMinutes(10),
            Duration.ofMinutes(5),
            new TimeSettings.Lateness(Duration.ofSeconds(10), Duration.ofSeconds(10)));
    return new StreamSettings(
        new StreamSettings.Identity("test", instanceId),
        kafka,
        new Topics(
            List.of("predictions"),
            "partials",
            "rolling-loss",
            "dead-letter",
            new Topics.Creation(true, 4, (short) 1)),
        monitors,
        new StreamSettings.Policy(
            time, Limits.defaults(), Duration.ofMillis(100), StreamSettings.OutputFormat.AVRO));
  }

  /** Runs until SIGTERM. */
  public static void main(String[] arguments) {
    LossStream stream = LossStream.of(settings(arguments[0], arguments[1], arguments[2]));
    Thread main = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndJoin(stream, main)));
    System.out.println("running");
    stream.run().doOnError(Throwable::printStackTrace).block();
    System.out.println("stopped " + stream.counts());
  }

  private static void stopAndJoin(LossStream stream, Thread main) {
    stream.stop();
    try {
      main.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
