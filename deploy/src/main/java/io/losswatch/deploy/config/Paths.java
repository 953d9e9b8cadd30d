package io.losswatch.deploy.config;

/** Paths of keys as messages write them: {@code monitors[0].windows[1]}. */
final class Paths {
  private Paths() {}

  static String child(String parent, String key) {
    return parent.isEmpty() ? key : parent + "." + key;
  }

  static String item(String parent, int index) {
    return parent + "[" + index + "]";
  }

  /** True for what is Kafka's to understand. */
  static boolean isKafka(String path) {
    return path.startsWith("kafka.");
  }
}
