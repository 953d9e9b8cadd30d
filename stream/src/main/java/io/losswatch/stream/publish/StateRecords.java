package io.losswatch.stream.publish;

import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.fold.StateChange;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Changes of a lane's memory as records of its partition of the state topic. */
final class StateRecords {
  private StateRecords() {}

  /** Of which topic the rest is, if the state does not say so yet. */
  static Optional<ProducerRecord<byte[], byte[]>> topic(PublishSettings settings, Lane lane) {
    return Optional.ofNullable(lane.takeUnknownTopicId())
        .map(id -> new StateChange(Lane.TOPIC, id.getBytes(StandardCharsets.UTF_8)))
        .map(change -> of(settings, lane.source(), change));
  }

  static ProducerRecord<byte[], byte[]> of(
      PublishSettings settings, SourcePartition source, StateChange change) {
    String topic = Objects.requireNonNull(settings.stateTopic().get(source.topic()), source::topic);
    return new ProducerRecord<>(
        topic, source.partition(), change.key().getBytes(StandardCharsets.UTF_8), change.value());
  }
}
