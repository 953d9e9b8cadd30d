package io.losswatch.stream.fold;

/**
 * Whose sums these are.
 *
 * @param series key of the series
 * @param fingerprint of the monitor
 * @param paneStartMillis start of the pane
 */
public record DeltaKey(String series, long fingerprint, long paneStartMillis) {}
