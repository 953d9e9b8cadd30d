package io.losswatch.deploy.demo;

import io.losswatch.core.loss.Losses;
import io.losswatch.core.window.Window;
import io.losswatch.stream.KafkaSettings;
import io.losswatch.stream.Limits;
import io.losswatch.stream.Monitor;
import io.losswatch.stream.StreamSettings;
import io.losswatch.stream.TimeSettings;
import io.losswatch.stream.Topics;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** How the demo sets the service: the one that everybody runs, with short times. */
final class DemoSettings {
  static final String PREDICTIONS = "predictions";
  static final String OUTPUT = "rolling-loss";
  static final String DEAD_LETTERS = "losswatch-dead-letter";
  static final int PARTITIONS = 6;

  /** The windows of the table. */
  static final String ROLLING = "rolling:10s/1s";

  /** The windows that are compared with the demo's own sums. */
  static final String TUMBLING = "tumbling:5s";

  static final long TUMBLING_MILLIS = 5_000;

  /** Where the predictions come from; the first one drifts first. */
  static final List<String> REGIONS = List.of("eu", "us", "ap");

  private DemoSettings() {}

  static StreamSettings of(String bootstrapServers) {
    Topics topics =
        new Topics(
            List.of(PREDICTIONS),
            "losswatch-partials",
            OUTPUT,
            DEAD_LETTERS,
            new Topics.Creation(true, PARTITIONS, (short) -1));
    return new StreamSettings(
        new StreamSettings.Identity("losswatch-demo", "demo"),
        KafkaSettings.of(bootstrapServers),
        topics,
        Arrays.stream(Task.values()).map(DemoSettings::monitor).toList(),
        new StreamSettings.Policy(
            time(), Limits.defaults(), Duration.ofMillis(200), StreamSettings.OutputFormat.AVRO));
  }

  private static Monitor monitor(Task task) {
    return new Monitor(
        task.monitor(),
        task.model(),
        Losses.of(task.loss(), Map.of()),
        List.of(Window.parse(ROLLING), Window.parse(TUMBLING)),
        List.of(List.of("region"), List.of("region", "device")));
  }

  private static TimeSettings time() {
    return new TimeSettings(
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        new TimeSettings.Lateness(Duration.ofSeconds(5), Duration.ofSeconds(1)));
  }
}
