/**
 * First stage. In: Kafka topics. Out: a {@link io.losswatch.stream.consume.Lane} for each partition
 * that this instance owns, and of each lane the portions that its polls brought.
 *
 * <p>One thread owns the consumer and never stops polling; back-pressure pauses partitions, and so
 * does being ahead of the slowest source: another thread follows where those of all instances
 * stand, as partition 0 of the partials topic tells it.
 *
 * <p>A lane ends when its partition is revoked; results of a lane that is no longer owned are
 * fenced by its epoch ({@link io.losswatch.stream.consume.Ownership}).
 */
@NullMarked
package io.losswatch.stream.consume;

import org.jspecify.annotations.NullMarked;
