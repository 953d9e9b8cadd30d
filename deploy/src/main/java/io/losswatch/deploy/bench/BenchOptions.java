package io.losswatch.deploy.bench;

import java.util.List;
import java.util.Set;

/**
 * What a bench measures.
 *
 * @param sizes of batches, each a topic of its own
 * @param turns how often what is done
 * @param load what the topics hold
 * @param readers of them
 */
public record BenchOptions(List<BatchSize> sizes, Turns turns, Load load, Readers readers) {
  /** Refuses a bench of nothing. */
  public BenchOptions {
    sizes = List.copyOf(sizes);
    require(!sizes.isEmpty(), "there is at least one size");
  }

  /**
   * How often what is done.
   *
   * @param maxWarmUps how often all read before anything counts, unless the JVM has compiled all
   *     sooner
   * @param rounds how often bare consumer and service take turns
   * @param latencySeconds how long windows are watched at half load; 0: not at all
   */
  public record Turns(int maxWarmUps, int rounds, int latencySeconds) {
    /**
     * @throws IllegalArgumentException beyond the bounds
     */
    public Turns {
      requireIn(maxWarmUps, 0, 100, "the number of warm-ups");
      requireIn(rounds, 1, 100, "the number of rounds");
      requireIn(latencySeconds, 0, 3600, "the seconds for which the latency is watched");
    }
  }

  /**
   * How much a topic holds.
   *
   * @param bytes of payload
   * @param spanSeconds event time that the records span, whatever their number is
   */
  public record Amount(long bytes, int spanSeconds) {
    private static final long LEAST_BYTES = 1 << 20;

    /**
     * @throws IllegalArgumentException beyond the bounds
     */
    public Amount {
      require(bytes >= LEAST_BYTES, "a topic holds 1 MB at least");
      requireIn(spanSeconds, 1, 86_400, "the seconds of event time");
    }

    /** Of a record, from the first one's. */
    long eventMillis(long record, long records) {
      return record * spanSeconds * 1000 / records;
    }
  }

  /**
   * What a topic holds.
   *
   * @param amount of payload and of event time
   * @param partitions of the topic
   * @param models that take turns, each a series of its own
   * @param datatype of the logits: {@code fp32} or {@code bf16}
   * @param compression as Kafka's {@code compression.type}
   */
  public record Load(
      Amount amount, int partitions, int models, String datatype, String compression) {
    private static final Set<String> DATATYPES = Set.of("fp32", "bf16");
    private static final Set<String> COMPRESSIONS = Set.of("none", "lz4", "zstd", "snappy", "gzip");

    /**
     * @throws IllegalArgumentException beyond the bounds, or if a word is unknown
     */
    public Load {
      requireIn(partitions, 1, 1000, "the number of partitions");
      requireIn(models, 1, 100_000, "the number of models");
      require(DATATYPES.contains(datatype), "the datatype is fp32 or bf16");
      require(COMPRESSIONS.contains(compression), "compression is none, lz4, zstd, snappy or gzip");
    }

    /** Records of a topic. */
    long records(long recordBytes) {
      return Math.max(partitions, amount.bytes() / recordBytes);
    }

    boolean isBfloat16() {
      return datatype.equals("bf16");
    }
  }

  /**
   * Who reads.
   *
   * @param groupProtocol of the service's consumers, {@code classic} or {@code consumer}
   * @param instances of the service that share the partitions, in one process
   */
  public record Readers(String groupProtocol, int instances) {
    private static final Set<String> PROTOCOLS = Set.of("classic", "consumer");

    /**
     * @throws IllegalArgumentException beyond the bounds, or if a word is unknown
     */
    public Readers {
      require(PROTOCOLS.contains(groupProtocol), "the group protocol is classic or consumer");
      requireIn(instances, 1, 100, "the number of instances");
    }
  }

  private static void requireIn(int number, int least, int most, String name) {
    require(number >= least && number <= most, name + " lies in [" + least + ", " + most + "]");
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
