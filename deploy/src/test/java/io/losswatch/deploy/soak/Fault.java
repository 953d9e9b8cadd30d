package io.losswatch.deploy.soak;

import java.util.Random;

/**
 * Something that is done to a process.
 *
 * @param process its name
 * @param isGraceful true: SIGTERM; false: SIGKILL
 * @param downMillis how long it stays away
 */
record Fault(String process, boolean isGraceful, long downMillis) {
  /** The next one: half of them hit an instance hard, a quarter softly, a quarter the broker. */
  static Fault next(Random random) {
    int kind = random.nextInt(4);
    String instance = SoakProcesses.INSTANCES.get(random.nextInt(SoakProcesses.INSTANCES.size()));
    long downMillis = random.nextInt(kind == 0 ? 8_000 : 4_000);
    return kind == 0
        ? new Fault(SoakProcesses.BROKER, false, downMillis)
        : new Fault(instance, kind == 1, downMillis);
  }

  @Override
  public String toString() {
    return "%s of %s, away for %.1f s"
        .formatted(isGraceful ? "SIGTERM" : "SIGKILL", process, downMillis / 1000.0);
  }
}
