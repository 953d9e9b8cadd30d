package io.losswatch.stream.publish;

import java.util.Map;

/**
 * How a hop writes.
 *
 * @param producer properties of its producer
 * @param transactionalId of this hop and instance
 * @param stateTopic compacted, one partition per input partition, by input topic
 * @param deadLetterTopic refused records
 * @param maxRequestBytes the largest record that is sent
 */
public record PublishSettings(
    Map<String, Object> producer,
    String transactionalId,
    Map<String, String> stateTopic,
    String deadLetterTopic,
    int maxRequestBytes) {
  @Override
  public String toString() {
    return "PublishSettings[" + transactionalId + "]";
  }
}
