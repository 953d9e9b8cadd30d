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
import java.util.ArrayList;
import java.util.HashMap;
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
    return start(bootstrapServers, instanceId, groupProtocol, Map.of());
  }

  /**
   * Starts an instance.
   *
   * @param overrides see {@link #settings(String, String, String, Map)}
   */
  public static JavaProcess start(
      String bootstrapServers,
      String instanceId,
      String groupProtocol,
      Map<String, String> overrides)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of(bootstrapServers, instanceId, groupProtocol));
    overrides.forEach((key, value) -> arguments.add(key + "=" + value));
    return JavaProcess.start(
        line -> line.startsWith("running"),
        flags(),
        StreamProcess.class.getName(),
        arguments.toArray(String[]::new));
  }

  /**
   * The kernels of the parent: the last digits of scalar and vector code differ. A process lives
   * for seconds, in which the second compiler would cost more than all that it does.
   */
  static List<String> flags() {
    List<String> flags =
        new ArrayList<>(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      flags.add("--add-modules=jdk.incubator.vector");
    }
    return flags;
  }

  /** Settings of the instances: two monitors, whole and by region. */
  public static StreamSettings settings(
      String bootstrapServers, String instanceId, String groupProtocol) {
    return settings(bootstrapServers, instanceId, groupProtocol, Map.of());
  }

  /**
   * Settings of the instances: two monitors, whole and by region.
   *
   * @param overrides by the names of the configuration: {@code kafka.*}, {@code kafka.consumer.*},
   *     {@code kafka.producer.*}, {@code kafka.admin.*}, {@code topics.create}, {@code
   *     topics.replication-factor}, {@code time.*} in ISO durations, {@code
   *     limits.max-record-bytes}, {@code commit-interval}
   */
  public static StreamSettings settings(
      String bootstrapServers,
      String instanceId,
      String groupProtocol,
      Map<String, String> overrides) {
    return new StreamSettings(
        new StreamSettings.Identity("test", instanceId),
        kafka(bootstrapServers, groupProtocol, overrides),
        new Topics(
            List.of("predictions"),
            "partials",
            "rolling-loss",
            "dead-letter",
            new Topics.Creation(
                Boolean.parseBoolean(overrides.getOrDefault("topics.create", "true")),
                4,
                Short.parseShort(overrides.getOrDefault("topics.replication-factor", "1")))),
        monitors(),
        new StreamSettings.Policy(
            time(overrides),
            limits(overrides),
            duration(overrides, "commit-interval", Duration.ofMillis(100)),
            StreamSettings.OutputFormat.AVRO));
  }

  private static KafkaSettings kafka(
      String bootstrapServers, String groupProtocol, Map<String, String> overrides) {
    Map<String, String> common = new HashMap<>(Map.of("bootstrap.servers", bootstrapServers));
    Map<String, String> consumer =
        new HashMap<>(
            groupProtocol.equals("classic")
                ? Map.of("session.timeout.ms", "2000", "heartbeat.interval.ms", "300")
                : Map.of("group.protocol", groupProtocol));
    Map<String, String> producer = new HashMap<>(Map.of("transaction.timeout.ms", "3000"));
    Map<String, String> admin = new HashMap<>();
    Map<String, Map<String, String>> byPrefix =
        Map.of("consumer.", consumer, "producer.", producer, "admin.", admin);
    overrides.forEach((key, value) -> {
      if (key.startsWith("kafka.")) {
        String name = key.substring("kafka.".length());
        String prefix = name.substring(0, name.indexOf('.') + 1);
        byPrefix
            .getOrDefault(prefix, common)
            .put(byPrefix.containsKey(prefix) ? name.substring(prefix.length()) : name, value);
      }
    });
    return new KafkaSettings(common, consumer, producer, admin);
  }

  private static List<Monitor> monitors() {
    List<Window> windows = List.of(Window.parse("rolling:30s/10s"), Window.parse("tumbling:10s"));
    return List.of(
        new Monitor(
            "ce",
            "digits*",
            Losses.of("cross_entropy", Map.of()),
            windows,
            List.of(List.of("region"))),
        new Monitor("mse", "diabetes", Losses.of("mse", Map.of()), windows, List.of()));
  }

  private static TimeSettings time(Map<String, String> overrides) {
    return new TimeSettings(
        duration(overrides, "time.max-out-of-orderness", Duration.ofSeconds(2)),
        duration(overrides, "time.idle-after", Duration.ofMinutes(10)),
        duration(overrides, "time.future-tolerance", Duration.ofMinutes(5)),
        new TimeSettings.Lateness(
            duration(overrides, "time.allowed-lateness", Duration.ofSeconds(10)),
            duration(overrides, "time.revise-every", Duration.ofSeconds(10))));
  }

  private static Limits limits(Map<String, String> overrides) {
    Limits defaults = Limits.defaults();
    String maxRecordBytes = overrides.get("limits.max-record-bytes");
    return maxRecordBytes == null
        ? defaults
        : new Limits(
            Long.parseLong(maxRecordBytes), defaults.maxSeries(), defaults.maxInFlightBytes());
  }

  private static Duration duration(Map<String, String> overrides, String key, Duration otherwise) {
    return overrides.containsKey(key) ? Duration.parse(overrides.get(key)) : otherwise;
  }

  /** Runs until SIGTERM. */
  public static void main(String[] arguments) {
    Map<String, String> overrides = new HashMap<>();
    for (String argument : List.of(arguments).subList(3, arguments.length)) {
      overrides.put(
          argument.substring(0, argument.indexOf('=')),
          argument.substring(argument.indexOf('=') + 1));
    }
    LossStream stream =
        LossStream.of(settings(arguments[0], arguments[1], arguments[2], overrides));
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
