package io.losswatch.stream.fold;

import io.losswatch.core.window.SampleRun;

/**
 * Samples of one series, for its windows of the last ones.
 *
 * @param series key of the series
 * @param fingerprint of the monitor
 * @param eventTimeMillis of all of them
 * @param run in the order in which they came
 */
public record SampleDelta(String series, long fingerprint, long eventTimeMillis, SampleRun run) {}
