package io.losswatch.stream.fold;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.stream.consume.SourceRecord;

/**
 * A refused record.
 *
 * @param source as it came, with bytes of its own
 * @param reason code
 * @param message rule and actual values, no payload
 */
public record DeadLetter(SourceRecord source, Reason reason, String message) {
  /** Copies the value, so that the fetch which brought it can go. */
  static DeadLetter of(SourceRecord source, RefusedException refusal) {
    return new DeadLetter(owned(source), refusal.reason(), String.valueOf(refusal.getMessage()));
  }

  /** The same record with bytes of its own. */
  static SourceRecord owned(SourceRecord source) {
    SourceRecord.Payload value = source.content().value();
    SourceRecord.Payload own =
        value == null ? null : new SourceRecord.Payload(value.copy(), 0, value.length());
    return new SourceRecord(
        source.source(),
        source.offset(),
        source.timestampMillis(),
        source.key(),
        new SourceRecord.Content(own, source.content().headers()));
  }
}
