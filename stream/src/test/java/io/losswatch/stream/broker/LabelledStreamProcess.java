package io.losswatch.stream.broker;

import io.losswatch.stream.LateLabelSettings;
import io.losswatch.stream.LossStream;
import io.losswatch.stream.StreamSettings;
import io.losswatch.stream.TimeSettings;
import java.time.Duration;

/** An instance of the stream whose labels come later, in a JVM of its own. */
public final class LabelledStreamProcess {
  /** Where labels come. */
  public static final String LABELS = "labels";

  /** How long both sides wait, and windows stay open. */
  public static final Duration HORIZON = Duration.ofMinutes(10);

  private LabelledStreamProcess() {}

  /** Starts an instance. */
  public static JavaProcess start(String bootstrapServers, String instanceId, String groupProtocol)
      throws Exception {
    return JavaProcess.start(
        line -> line.startsWith("running"),
        StreamProcess.flags(),
        LabelledStreamProcess.class.getName(),
        bootstrapServers,
        instanceId,
        groupProtocol);
  }

  /** Those of {@link StreamProcess}, with labels. */
  public static StreamSettings settings(
      String bootstrapServers, String instanceId, String groupProtocol) {
    StreamSettings plain = StreamProcess.settings(bootstrapServers, instanceId, groupProtocol);
    TimeSettings time =
        new TimeSettings(
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            new TimeSettings.Lateness(HORIZON, Duration.ofSeconds(10)));
    return new StreamSettings(
        plain.identity(),
        plain.kafka(),
        plain.topics(),
        plain.monitors(),
        new StreamSettings.Policy(
            time,
            plain.policy().limits(),
            plain.policy().commitInterval(),
            plain.policy().output(),
            new LateLabelSettings(LABELS, HORIZON, 64L << 20)));
  }

  /** Runs until it is killed. */
  public static void main(String[] arguments) {
    LossStream stream = LossStream.of(settings(arguments[0], arguments[1], arguments[2]));
    System.out.println("running");
    stream.run().doOnError(Throwable::printStackTrace).block();
  }
}
