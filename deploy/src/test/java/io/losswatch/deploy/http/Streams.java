package io.losswatch.deploy.http;

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

/** Streams to look at. */
final class Streams {
  private Streams() {}

  /** One that was never run. */
  static LossStream notBegun() {
    return LossStream.of(
        new StreamSettings(
            new StreamSettings.Identity("app", "a"),
            KafkaSettings.of("127.0.0.1:1"),
            new Topics(
                List.of("in"),
                "partials",
                "out",
                "letters",
                new Topics.Creation(true, 1, (short) 1)),
            List.of(
                new Monitor(
                    "m",
                    "*",
                    Losses.of("mse", Map.of()),
                    List.of(Window.parse("tumbling:10s")),
                    List.of())),
            new StreamSettings.Policy(
                TimeSettings.defaults(),
                Limits.defaults(),
                Duration.ofMillis(200),
                StreamSettings.OutputFormat.AVRO)));
  }
}
