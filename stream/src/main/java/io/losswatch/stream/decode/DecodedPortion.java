package io.losswatch.stream.decode;

import io.losswatch.stream.consume.Portion;
import java.util.List;

/**
 * A portion whose records have been read.
 *
 * @param portion as it was polled
 * @param records one for each record of the portion, in their order
 */
public record DecodedPortion<T>(Portion portion, List<Decoded<T>> records) {}
