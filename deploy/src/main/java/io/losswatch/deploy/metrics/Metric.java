package io.losswatch.deploy.metrics;

import java.util.List;
import java.util.Locale;

/**
 * The catalogue: every metric that is the service's own. {@code METRICS.md} is this, as a table.
 */
enum Metric {
  RECORDS("records", Kind.COUNTER, "", "Records of the inputs that were counted"),
  SAMPLES("samples", Kind.COUNTER, "", "Samples with a label that were counted"),
  UNLABELED("unlabeled", Kind.COUNTER, "", "Samples without a label"),
  LATE("late", Kind.COUNTER, "", "Samples that came too late for a monitor, summed over monitors"),
  SKIPPED("skipped", Kind.COUNTER, "", "Records that no monitor wants"),
  DEAD_LETTERS("dead.letters", Kind.COUNTER, "reason", "Records that were refused"),
  BYTES("read.bytes", Kind.COUNTER, "hop", "Payload read, committed or not"),
  LOGITS("logits", Kind.COUNTER, "", "Predicted numbers evaluated, committed or not"),
  STAGE_SECONDS(
      "stage.seconds",
      Kind.COUNTER,
      "hop stage",
      "Time of a stage, summed over threads: decode, evaluate, fold, commit"),
  TRANSACTIONS("transactions", Kind.COUNTER, "hop outcome", "Transactions: committed or aborted"),
  WINDOWS("windows", Kind.COUNTER, "", "Rolling losses published, every revision"),
  REVISIONS("revisions", Kind.COUNTER, "", "Those of them that corrected an earlier one"),
  FINALS("finals", Kind.COUNTER, "", "Those of them that were the last of their window"),
  CLOSINGS("closings", Kind.COUNTER, "", "Those of them that say that a series fell silent"),
  OTHER_SAMPLES(
      "other.samples",
      Kind.COUNTER,
      "",
      "Samples that went to other, since max-series was reached"),
  MISPLACED(
      "misplaced", Kind.COUNTER, "", "Samples that met final windows in hop 2: should stay 0"),
  REPEATED("repeated", Kind.COUNTER, "", "Ranges that were counted before, and ignored"),
  RESTARTS("restarts", Kind.COUNTER, "", "Times that a hop started anew after a failure"),
  PAUSES("pauses", Kind.COUNTER, "cause", "Pauses of a partition: back-pressure or skew"),
  LABELS_WAITED("labels.waited", Kind.COUNTER, "", "Samples that began to wait for their label"),
  LABELS_JOINED("labels.joined", Kind.COUNTER, "", "Samples that a later label found"),
  LABELS_EVICTED("labels.evicted", Kind.COUNTER, "", "Waiting rows that went for want of room"),
  LABELS_EXPIRED("labels.expired", Kind.COUNTER, "", "Waiting rows whose other half never came"),
  LABELS_REPEATED("labels.repeated", Kind.COUNTER, "", "Labels of samples that had one"),
  BATCHES_REPEATED("batches.repeated", Kind.COUNTER, "", "Batches whose id was seen before"),
  BATCHES_PENDING(
      "batches.pending", Kind.GAUGE, "", "Batches with samples that wait for their labels"),
  LABELS_PENDING(
      "labels.pending", Kind.GAUGE, "", "Records with labels that wait for their predictions"),
  PENDING_BYTES(
      "pending.bytes", Kind.GAUGE, "", "What these and the ids seen take, in all owned partitions"),
  LAG(
      "lag.records",
      Kind.GAUGE,
      "hop topic partition",
      "Records in the log of an owned partition that are not fetched yet"),
  WATERMARK_DELAY(
      "watermark.delay.seconds",
      Kind.GAUGE,
      "hop topic partition",
      "Wall clock less watermark of an owned partition"),
  PARTITIONS("partitions", Kind.GAUGE, "hop", "Partitions that this instance owns"),
  PARTITIONS_RESTORED("partitions.restored", Kind.GAUGE, "hop", "Those of them that are read"),
  RECORDS_TO_RESTORE(
      "records.to.restore",
      Kind.GAUGE,
      "hop",
      "Records of the state of the others that are still to be read"),
  POLL_AGE("poll.age.seconds", Kind.GAUGE, "hop", "Since the brokers were last asked"),
  READY("ready", Kind.GAUGE, "", "1: both hops read all that they own"),
  WORRIES(
      "worries",
      Kind.GAUGE,
      "",
      "Things that are wrong though it goes on, such as a registry that does not answer"),
  SOURCES_IDLE("sources.idle", Kind.GAUGE, "", "Owned input partitions that are silent"),
  SERIES("series", Kind.GAUGE, "", "Series that hold something, in owned partitions"),
  PANES("panes", Kind.GAUGE, "", "Panes that they hold"),
  LOSS_MEAN(
      "loss.mean",
      Kind.GAUGE,
      "monitor model version slice window",
      "Mean loss of the newest window that this instance published"),
  LOSS_COUNT(
      "loss.count", Kind.GAUGE, "monitor model version slice window", "Samples in that mean"),
  LOSS_END(
      "loss.window.end.seconds",
      Kind.GAUGE,
      "monitor model version slice window",
      "End of that window, seconds since the epoch"),
  LOSS_REFUSED(
      "loss.refused", Kind.COUNTER, "", "Windows that there was no gauge for: more than 1,000"),
  KERNELS("kernels.info", Kind.GAUGE, "kernels", "1; which code computes the losses"),
  BUILD("build.info", Kind.GAUGE, "version", "1; what runs");

  private static final String PREFIX = "losswatch.";

  private final String meter;
  private final Kind kind;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> labels;

  private final String meaning;

  /** What a metric does over time. */
  enum Kind {
    /** Grows until the process ends; its name in Prometheus ends in {@code _total}. */
    COUNTER,
    /** Goes up and down. */
    GAUGE
  }

  Metric(String meter, Kind kind, String labels, String meaning) {
    this.meter = PREFIX + meter;
    this.kind = kind;
    this.labels = labels.isEmpty() ? List.of() : List.of(labels.split(" "));
    this.meaning = meaning;
  }

  /** Micrometer's name. */
  String meter() {
    return meter;
  }

  Kind kind() {
    return kind;
  }

  List<String> labels() {
    return labels;
  }

  String meaning() {
    return meaning;
  }

  /** Prometheus's name. */
  String exposed() {
    String name = meter.replace('.', '_');
    return kind == Kind.COUNTER ? name + "_total" : name;
  }

  /** A line of the table in {@code METRICS.md}. */
  String row() {
    return "| `%s` | %s | %s | %s |"
        .formatted(
            exposed(),
            kind.name().toLowerCase(Locale.ROOT),
            labels.isEmpty() ? "" : "`" + String.join("`, `", labels) + "`",
            meaning);
  }
}
