package io.losswatch.deploy.bench;

/**
 * How large the batches of a topic are: float32 logits [rows, classes] and an int64 label a row.
 */
public enum BatchSize {
  /** About 1 KB: one sample. */
  SMALL("1 KB", "1kb", 1, 256),
  /** About 40 KB. */
  MEDIUM("40 KB", "40kb", 10, 1000),
  /** About 4 MB. */
  LARGE("4 MB", "4mb", 1024, 1000);

  private final String title;
  private final String id;
  private final int rows;
  private final int classes;

  BatchSize(String title, String id, int rows, int classes) {
    this.title = title;
    this.id = id;
    this.rows = rows;
    this.classes = classes;
  }

  /** For people. */
  String title() {
    return title;
  }

  /** For names of topics, options and JSON. */
  public String id() {
    return id;
  }

  int rows() {
    return rows;
  }

  int classes() {
    return classes;
  }

  /** Logits of one batch. */
  long logits() {
    return (long) rows * classes;
  }
}
