package io.losswatch.stream.consume;

/**
 * Where the lanes of an input keep what they remember: a compacted topic with as many partitions.
 *
 * @param name of the topic
 * @param growing true: when the input gets more partitions, so does this; false: the number is
 *     fixed
 */
public record StateTopic(String name, boolean growing) {}
