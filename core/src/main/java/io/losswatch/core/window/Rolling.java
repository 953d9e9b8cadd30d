package io.losswatch.core.window;

/**
 * The last {@code size} of event time, anew each {@code every}.
 *
 * @param sizeMillis length
 * @param everyMillis distance of two windows
 */
public record Rolling(long sizeMillis, long everyMillis) implements Window {}
