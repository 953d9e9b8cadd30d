package io.losswatch.deploy.audit;

import io.losswatch.stream.StreamSettings;
import io.losswatch.stream.consume.SourcePartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * The audit of the topics of a stream, which may go on running meanwhile. Immutable.
 *
 * <p>What is committed is asked for first, then the ends of the logs, open transactions included:
 * so all that the groups had counted by then is read, and nothing is missed that has just been
 * sent. Results come before the partials that they are made of, since the ends of the partials are
 * asked for last.
 *
 * <p>Memory: every rolling loss and every dead letter that the topics hold, about 400 and 200 bytes
 * each, and of the rest what lies between two crossings of the watermark.
 */
public final class TopicAudit {
  private static final long REPORT_EVERY_NANOS = Duration.ofSeconds(5).toNanos();

  private final StreamSettings settings;
  private final Clients clients;
  private final Duration timeout;
  private final Consumer<String> progress;

  /**
   * How to reach the brokers; who calls closes the clients.
   *
   * @param consumers makes a consumer of what is committed that never joins the group of that name
   * @param admin asks for the ends of logs
   */
  public record Clients(
      Function<String, org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> consumers,
      Admin admin) {}

  /**
   * An audit.
   *
   * @param settings of the stream
   * @param timeout how long it waits for brokers that bring nothing
   * @param progress is told now and then how far it is
   */
  public TopicAudit(
      StreamSettings settings, Clients clients, Duration timeout, Consumer<String> progress) {
    this.settings = settings;
    this.clients = clients;
    this.timeout = timeout;
    this.progress = progress;
  }

  /**
   * Reads and judges. Blocks.
   *
   * @throws KafkaException if the brokers refuse, or bring nothing for too long
   * @throws IllegalStateException if a topic is missing
   */
  public Findings run() {
    String id = settings.identity().applicationId();
    try (var rolled = clients.consumers().apply(id + "-roll");
        var evaluated = clients.consumers().apply(id + "-evaluate")) {
      List<TopicPartition> partials = partitions(rolled, settings.topics().partials());
      List<TopicPartition> inputs = new ArrayList<>();
      inputTopics().forEach(each -> inputs.addAll(partitions(rolled, each)));
      Map<TopicPartition, OptionalLong> rolledUntil = committed(rolled, partials);
      Map<TopicPartition, OptionalLong> evaluatedUntil = committed(evaluated, inputs);
      Map<TopicPartition, Long> outputEnds =
          offsets(partitions(rolled, settings.topics().output()), OffsetSpec.latest());
      Map<TopicPartition, Long> partialEnds = offsets(partials, OffsetSpec.latest());
      List<TopicPartition> letters = partitions(rolled, settings.topics().deadLetter());
      Map<TopicPartition, Long> letterEnds = offsets(letters, OffsetSpec.latest());
      Map<TopicPartition, Long> inputBeginnings = offsets(inputs, OffsetSpec.earliest());
      Map<TopicPartition, Long> partialBeginnings = offsets(partials, OffsetSpec.earliest());
      LogReading input =
          new LogReading(evaluated, inputBeginnings, inputBeginnings, new Patience(timeout));
      Audit audit =
          new Audit(
              settings,
              new Audit.Extents(
                  sources(evaluatedUntil), lanes(rolledUntil, partialBeginnings), compacted()),
              new TopicInput(input, inputBeginnings));
      read(rolled, "rolling losses", outputEnds, audit::published);
      read(rolled, "dead letters", letterEnds, audit::deadLetter);
      read(rolled, "partials", partialEnds, (record, isTrimmed) -> audit.partial(record));
      return audit.finish();
    }
  }

  private static Map<SourcePartition, OptionalLong> sources(
      Map<TopicPartition, OptionalLong> committed) {
    Map<SourcePartition, OptionalLong> sources = new HashMap<>();
    committed.forEach((partition, offset) -> sources.put(source(partition), offset));
    return sources;
  }

  private static SourcePartition source(TopicPartition partition) {
    return new SourcePartition(partition.topic(), partition.partition());
  }

  private static Map<Integer, LaneAudit.Extent> lanes(
      Map<TopicPartition, OptionalLong> committed, Map<TopicPartition, Long> beginnings) {
    Map<Integer, LaneAudit.Extent> lanes = new HashMap<>();
    committed.forEach((partition, offset) ->
        lanes.put(
            partition.partition(),
            new LaneAudit.Extent(beginnings.getOrDefault(partition, 0L) > 0, offset.orElse(0))));
    return lanes;
  }

  private List<TopicPartition> partitions(
      org.apache.kafka.clients.consumer.Consumer<?, ?> consumer, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic, timeout).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new IllegalStateException("there is no topic " + topic);
    }
    return partitions;
  }

  /** Waits until no transaction on the offsets is pending. */
  private Map<TopicPartition, OptionalLong> committed(
      org.apache.kafka.clients.consumer.Consumer<?, ?> group, List<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> found =
        group.committed(new HashSet<>(partitions), timeout);
    Map<TopicPartition, OptionalLong> committed = new HashMap<>();
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata offset = found.get(partition);
      committed.put(
          partition, offset == null ? OptionalLong.empty() : OptionalLong.of(offset.offset()));
    }
    return committed;
  }

  private Map<TopicPartition, Long> offsets(
      Collection<TopicPartition> partitions, OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    partitions.forEach(partition -> question.put(partition, which));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    await(clients.admin().listOffsets(question).all())
        .forEach((partition, found) -> offsets.put(partition, found.offset()));
    return offsets;
  }

  /** Predictions, and labels that come later. */
  private List<String> inputTopics() {
    List<String> topics = new ArrayList<>(settings.topics().predictions());
    String labels = settings.policy().lateLabels().topic();
    if (labels != null) {
      topics.add(labels);
    }
    return topics;
  }

  /** The input topics that are compacted; also those whose settings are not to be seen. */
  private Set<String> compacted() {
    Set<String> compacted = new HashSet<>();
    for (String topic : inputTopics()) {
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
      if (mayBeCompacted(resource)) {
        compacted.add(topic);
      }
    }
    return compacted;
  }

  private boolean mayBeCompacted(ConfigResource topic) {
    try {
      return await(clients.admin().describeConfigs(List.of(topic)).all()).values().stream()
          .map(config -> config.get("cleanup.policy"))
          .anyMatch(policy -> policy == null || String.valueOf(policy.value()).contains("compact"));
    } catch (AuthorizationException e) {
      return true;
    }
  }

  private static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    }
  }

  /** Hands over all records up to the ends, and whether records before them are deleted. */
  private void read(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      String what,
      Map<TopicPartition, Long> ends,
      BiConsumer<ConsumerRecord<byte[], byte[]>, Boolean> to) {
    Map<TopicPartition, Long> beginnings = offsets(ends.keySet(), OffsetSpec.earliest());
    LogReading reading = new LogReading(consumer, beginnings, ends, new Patience(timeout));
    Set<TopicPartition> begun = new HashSet<>();
    long count = 0;
    long reportedNanos = System.nanoTime();
    for (@Nullable ConsumerRecord<byte[], byte[]> record = reading.next();
        record != null;
        record = reading.next()) {
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      boolean isFirst = begun.add(partition);
      to.accept(record, isFirst && beginnings.getOrDefault(partition, 0L) > 0);
      count++;
      if (System.nanoTime() - reportedNanos > REPORT_EVERY_NANOS) {
        reportedNanos = System.nanoTime();
        progress.accept("%d %s read".formatted(count, what));
      }
    }
    progress.accept("%d %s read, that is all".formatted(count, what));
  }

  /**
   * The input as the audit sees it.
   *
   * @param reading of all input partitions
   * @param beginnings of them
   */
  private record TopicInput(LogReading reading, Map<TopicPartition, Long> beginnings)
      implements InputLog {
    @Override
    public long beginning(SourcePartition source) {
      return beginnings.getOrDefault(partition(source), 0L);
    }

    @Override
    public List<ConsumerRecord<byte[], byte[]>> readUpTo(SourcePartition source, long offset) {
      return reading.readUpTo(partition(source), offset);
    }

    private static TopicPartition partition(SourcePartition source) {
      return new TopicPartition(source.topic(), source.partition());
    }
  }
}
