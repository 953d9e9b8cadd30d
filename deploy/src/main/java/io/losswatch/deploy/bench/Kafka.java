package io.losswatch.deploy.bench;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The brokers that are measured.
 *
 * @param bootstrapServers where they are
 * @param cpuNanos that they have used so far; negative: nobody knows
 */
record Kafka(String bootstrapServers, LongSupplier cpuNanos) {
  /** Brokers of which nobody knows what they use. */
  Kafka(String bootstrapServers) {
    this(bootstrapServers, () -> -1);
  }

  /** What every client is told. */
  Map<String, Object> properties() {
    return Map.of("bootstrap.servers", bootstrapServers);
  }

  /**
   * Deletes the topics and groups whose names begin so.
   *
   * @throws KafkaException if something is left
   */
  void delete(String prefix) {
    try (Admin admin = Admin.create(properties())) {
      admin.deleteTopics(ofThese(admin.listTopics().names().get(), prefix)).all().get();
      List<String> groups =
          admin.listGroups(ListGroupsOptions.forConsumerGroups()).all().get().stream()
              .map(GroupListing::groupId)
              .toList();
      admin.deleteConsumerGroups(ofThese(groups, prefix)).all().get();
    } catch (ExecutionException e) {
      throw new KafkaException("what is called " + prefix + " cannot be deleted", e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static List<String> ofThese(Collection<String> names, String prefix) {
    return names.stream().filter(name -> name.startsWith(prefix)).toList();
  }
}
