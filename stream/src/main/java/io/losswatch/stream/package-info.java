/**
 * The stream: what a service or an embedding program configures and runs. In: Kafka topics of logit
 * batches, or a Flux of them. Out: rolling mean losses.
 *
 * <p>The stages are the packages below, in the order of the flow: consume, decode, evaluate, fold,
 * publish.
 */
@NullMarked
package io.losswatch.stream;

import org.jspecify.annotations.NullMarked;
