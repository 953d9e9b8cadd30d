package io.losswatch.deploy.demo;

/** The four things that the demo's models do, and what watches them. */
enum Task {
  DIGITS("digits-ce", "digits", "cross_entropy"),
  CANCER("cancer-bce", "breast-cancer", "bce_with_logits"),
  DIABETES("diabetes-mse", "diabetes", "mse"),
  TEXT("text-ce", "bigram", "cross_entropy");

  /** Version of all models of the demo. */
  static final String VERSION = "1";

  private final String monitor;
  private final String model;
  private final String loss;

  Task(String monitor, String model, String loss) {
    this.monitor = monitor;
    this.model = model;
    this.loss = loss;
  }

  /** Name of the monitor. */
  String monitor() {
    return monitor;
  }

  /** Name of the model. */
  String model() {
    return model;
  }

  /** Name of the loss. */
  String loss() {
    return loss;
  }

  /** Key of the series of a slice, such as {@code region=eu}; nothing: the whole. */
  String series(String slice) {
    return monitor + "/" + model + "/" + VERSION + "/" + slice;
  }
}
