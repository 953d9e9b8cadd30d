package io.losswatch.stream.consume;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the state of an input that got more partitions as many. Blocks. */
final class StateGrowth {
  private static final Logger log = LoggerFactory.getLogger(StateGrowth.class);

  private final Admin admin;

  StateGrowth(Admin admin) {
    this.admin = admin;
  }

  /**
   * Makes sure that a lane has a partition to keep its memory in.
   *
   * @throws IllegalStateException if it has none and the number is fixed
   */
  void ensure(SourcePartition source, StateTopic state) {
    int wanted = source.partition() + 1;
    int actual = InputTopics.describe(admin, state.name()).partitions().size();
    if (actual >= wanted) {
      return;
    }
    if (!state.growing()) {
      throw new IllegalStateException(
          "topic %s has got a partition %d, but its state topic %s has %d: the count is fixed for an application-id; take a new one"
              .formatted(source.topic(), source.partition(), state.name(), actual));
    }
    try {
      InputTopics.await(
          admin.createPartitions(Map.of(state.name(), NewPartitions.increaseTo(wanted))).all());
      log.info("topic {} has {} partitions now, as {} has got more", state.name(), wanted, source);
    } catch (AuthorizationException e) {
      throw new TopicAuthorizationException(
          "not authorized to alter topic " + state.name(), Set.of(state.name()));
    } catch (InvalidPartitionsException e) {
      // another lane or instance was faster
      log.debug("{} has grown already", state.name(), e);
    }
  }
}
