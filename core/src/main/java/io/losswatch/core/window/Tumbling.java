package io.losswatch.core.window;

/**
 * Windows side by side, aligned to the epoch.
 *
 * @param sizeMillis length
 */
public record Tumbling(long sizeMillis) implements Window {}
