package io.losswatch.deploy.demo;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One record for the predictions topic, and what must become of it: sums, or a dead letter. */
final class Shipment {
  private final String key;
  private final byte[] value;
  private final @Nullable LabelledBatch batch;
  private final @Nullable Flaw flaw;

  private Shipment(String key, byte[] value, @Nullable LabelledBatch batch, @Nullable Flaw flaw) {
    this.key = key;
    this.value = value;
    this.batch = batch;
    this.flaw = flaw;
  }

  static Shipment good(String key, byte[] value, LabelledBatch batch) {
    return new Shipment(key, value, batch, null);
  }

  static Shipment bad(String key, byte[] value, Flaw flaw) {
    return new Shipment(key, value, null, flaw);
  }

  /** Id of the batch, which spreads records over partitions. */
  String key() {
    return key;
  }

  /** The record's bytes: shared, read only. */
  byte[] value() {
    return value;
  }

  /** What is in it, unless it is flawed. */
  Optional<LabelledBatch> batch() {
    return Optional.ofNullable(batch);
  }

  /** What is wrong with it, if anything is. */
  Optional<Flaw> flaw() {
    return Optional.ofNullable(flaw);
  }
}
