package io.losswatch.stream.publish;

/**
 * A unit whose fate is known.
 *
 * @param unit as it was handed in
 * @param committed false: dropped, since its lane is no longer owned; the new owner does the work
 *     again
 */
public record Settled(TransactionUnit unit, boolean committed) {}
