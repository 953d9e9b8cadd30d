package io.losswatch.stream.fold;

import io.losswatch.core.window.WindowResult;
import io.losswatch.stream.evaluate.MonitorPlan;

/**
 * A window that is due.
 *
 * @param series key of the series
 * @param plan its monitor
 * @param result the window
 * @param watermark that made it due
 */
public record RolledWindow(String series, MonitorPlan plan, WindowResult result, long watermark) {}
