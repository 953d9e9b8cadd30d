package io.losswatch.stream.decode;

import io.losswatch.core.batch.RefusedException;
import io.losswatch.stream.consume.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record that was read: it has either a value or a refusal.
 *
 * @param source the record as it came
 * @param value what it says; null if refused
 * @param refusal why it is refused; null if it was read
 */
public record Decoded<T>(
    SourceRecord source, @Nullable T value, @Nullable RefusedException refusal) {}
