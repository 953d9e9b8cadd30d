package io.losswatch.core.batch;

import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Who predicted, when and where.
 *
 * @param model name of the model
 * @param version version of the model, empty if it has none
 * @param eventTimeMillis milliseconds since the epoch, UTC; absent: the transport's timestamp
 *     counts
 * @param batchId by which later labels find this batch
 * @param tags by which monitors slice
 */
public record BatchHeader(
    String model,
    String version,
    OptionalLong eventTimeMillis,
    @Nullable String batchId,
    Map<String, String> tags) {}
