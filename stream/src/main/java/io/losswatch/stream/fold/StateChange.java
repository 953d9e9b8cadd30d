package io.losswatch.stream.fold;

import org.jspecify.annotations.Nullable;

/**
 * A part of a lane's memory as it is from now on.
 *
 * @param key of the part
 * @param value null: the part is gone
 */
@SuppressWarnings("ArrayRecordComponent") // on its way to the producer; nobody compares changes
public record StateChange(String key, byte @Nullable [] value) {}
