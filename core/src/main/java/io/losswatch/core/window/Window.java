package io.losswatch.core.window;

/**
 * Over which samples a mean rolls: the specification, such as {@code rolling:5m/10s}. Immutable.
 */
public sealed interface Window permits Rolling, Tumbling {}
