package io.losswatch.stream.evaluate;

import io.losswatch.stream.consume.Portion;
import java.util.List;

/**
 * A portion after its losses were computed. Its payload is needed for dead letters only.
 *
 * @param portion as it was polled
 * @param records one for each decoded record
 */
public record EvaluatedPortion(Portion portion, List<Evaluated> records) {}
