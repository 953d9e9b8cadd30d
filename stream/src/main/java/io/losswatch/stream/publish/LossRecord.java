package io.losswatch.stream.publish;

import io.losswatch.schemas.RollingLoss;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A record of the output that remembers what it says, for those who want to hear of it. */
public final class LossRecord extends ProducerRecord<byte[], byte[]> {
  private final RollingLoss loss;

  LossRecord(String topic, byte[] key, byte[] value, RollingLoss loss) {
    super(topic, key, value);
    this.loss = loss;
  }

  /** What it says. */
  public RollingLoss loss() {
    return loss;
  }
}
