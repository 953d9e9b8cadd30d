package io.losswatch.stream;

import java.util.List;

/**
 * The topics of the stream.
 *
 * @param predictions inputs
 * @param partials between the two hops
 * @param output rolling losses
 * @param deadLetter refused records
 * @param creation how missing ones are made
 */
public record Topics(
    List<String> predictions,
    String partials,
    String output,
    String deadLetter,
    Creation creation) {
  public Topics {
    if (predictions.isEmpty()) {
      throw new IllegalArgumentException("at least one topic of predictions is needed");
    }
    predictions = List.copyOf(predictions);
  }

  /**
   * How missing topics are made.
   *
   * @param create false: a missing topic is an error
   * @param partitions of partials, output and dead letters
   * @param replicationFactor −1: the broker's default
   */
  public record Creation(boolean create, int partitions, short replicationFactor) {}
}
