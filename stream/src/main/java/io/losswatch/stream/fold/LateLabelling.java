package io.losswatch.stream.fold;

import io.losswatch.core.batch.Batch;
import io.losswatch.stream.LateLabelSettings;
import io.losswatch.stream.decode.Decoded;
import io.losswatch.stream.evaluate.Evaluated;
import java.util.function.Function;

/**
 * What a lane needs to join labels that come later, or to know batches again.
 *
 * @param settings horizon and bounds
 * @param evaluator of one lane
 * @param labelsFrom offset at which the lane's companion begins; has no meaning without one
 */
record LateLabelling(
    LateLabelSettings settings, Function<Decoded<Batch>, Evaluated> evaluator, long labelsFrom) {}
