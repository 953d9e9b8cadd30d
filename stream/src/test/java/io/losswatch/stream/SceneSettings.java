package io.losswatch.stream;

import io.losswatch.stream.broker.StreamProcess;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names of a scene's topics and groups, and the settings of its instances: monitors and windows of
 * {@link StreamProcess}, times short. Immutable.
 *
 * @param bootstrapServers of the broker
 * @param name of the scene
 */
record SceneSettings(String bootstrapServers, String name) {
  /** Nobody is idle within a test. */
  private static final Duration NEVER = Duration.ofMinutes(30);

  String input() {
    return name + "-predictions";
  }

  String partials() {
    return name + "-partials";
  }

  String output() {
    return name + "-rolling-loss";
  }

  String deadLetter() {
    return name + "-dead-letter";
  }

  String evaluateGroup() {
    return name + "-evaluate";
  }

  String rollGroup() {
    return name + "-roll";
  }

  String inputState() {
    return name + "-" + input() + "-state";
  }

  /** An instance that waits for every partition to speak. */
  StreamSettings of(String instance) {
    return of(instance, "classic", Map.of());
  }

  /** The same with properties of its consumers. */
  StreamSettings of(String instance, String groupProtocol, Map<String, String> consumer) {
    return of(instance, groupProtocol, consumer, NEVER);
  }

  /** An instance for which a partition is idle after a while. */
  StreamSettings of(
      String instance, String groupProtocol, Map<String, String> consumer, Duration idleAfter) {
    StreamSettings base = StreamProcess.settings(bootstrapServers, instance, groupProtocol);
    Map<String, String> all = new HashMap<>(base.kafka().consumer());
    all.put("metadata.max.age.ms", "500");
    all.putAll(consumer);
    KafkaSettings kafka =
        // no scene waits for a transaction to time out: a slow machine shall not meet it either
        new KafkaSettings(
            base.kafka().common(), all, Map.of("transaction.timeout.ms", "30000"), Map.of());
    TimeSettings time = base.policy().time();
    return new StreamSettings(
        new StreamSettings.Identity(name, instance),
        kafka,
        new Topics(
            List.of(input()),
            partials(),
            output(),
            deadLetter(),
            new Topics.Creation(true, 4, (short) 1)),
        base.monitors(),
        new StreamSettings.Policy(
            new TimeSettings(
                time.maxOutOfOrderness(), idleAfter, time.futureTolerance(), time.lateness()),
            new Limits(1 << 20, 100_000, 64L << 20),
            base.policy().commitInterval(),
            base.policy().output()));
  }
}
