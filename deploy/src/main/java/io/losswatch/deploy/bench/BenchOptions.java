package io.losswatch.deploy.bench;

import java.util.List;
import java.util.Set;

/**
 * What a bench measures.
 *
 * @param sizes of batches, each a topic of its own
 * @param bytes of payload in each topic
 * @param maxWarmUps how often they do before anything counts, unless the JVM has compiled all
 *     sooner
 * @param rounds how often bare consumer and service take turns
 * @param latencySeconds how long windows are watched at half load; 0: not at all
 * @param compression of the topics, as Kafka's {@code compression.type}
 * @param groupProtocol of the service's consumers, {@code classic} or {@code consumer}
 */
public record BenchOptions(
    List<BatchSize> sizes,
    long bytes,
    int maxWarmUps,
    int rounds,
    int latencySeconds,
    String compression,
    String groupProtocol) {
  static final long LEAST_BYTES = 1 << 20;

  private static final Set<String> COMPRESSIONS = Set.of("none", "lz4", "zstd", "snappy", "gzip");
  private static final Set<String> PROTOCOLS = Set.of("classic", "consumer");

  /**
   * @throws IllegalArgumentException if nothing is to be measured, or a word is unknown
   */
  public BenchOptions {
    sizes = List.copyOf(sizes);
    require(!sizes.isEmpty(), "there is at least one size");
    require(bytes >= LEAST_BYTES, "a topic holds 1 MB at least");
    require(maxWarmUps >= 0 && maxWarmUps <= 100, "the number of warm-ups lies in [0, 100]");
    require(rounds >= 1 && rounds <= 100, "the number of rounds lies in [1, 100]");
    require(
        latencySeconds >= 0 && latencySeconds <= 3600, "the latency is watched for 0 to 3600 s");
    require(COMPRESSIONS.contains(compression), "compression is none, lz4, zstd, snappy or gzip");
    require(PROTOCOLS.contains(groupProtocol), "the group protocol is classic or consumer");
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }

  /** Records of a topic. */
  long records(long recordBytes) {
    return Math.max(BenchTopic.PARTITIONS, bytes / recordBytes);
  }
}
