package io.losswatch.stream.broker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/**
 * Three real nodes, each broker and voter in a process of its own. Every partition is on all of
 * them, and a write needs two. Loopback only.
 */
public final class KafkaCluster implements AutoCloseable {
  /** Nodes of the cluster, and replicas of each partition. */
  public static final int NODES = 3;

  private final List<KafkaBroker> nodes;

  private KafkaCluster(List<KafkaBroker> nodes) {
    this.nodes = nodes;
  }

  /**
   * Starts a cluster with empty logs.
   *
   * @param overrides settings of every node by Kafka's own names
   */
  public static KafkaCluster start(Map<String, String> overrides) throws Exception {
    List<Integer> ports =
        IntStream.generate(NodeDirectory::freePort).distinct().limit(2 * NODES).boxed().toList();
    NodeDirectory.Cluster cluster =
        new NodeDirectory.Cluster(
            Uuid.randomUuid().toString(), ports.subList(0, NODES), ports.subList(NODES, 2 * NODES));
    KafkaCluster started = new KafkaCluster(new ArrayList<>());
    try {
      for (int id = 1; id <= NODES; id++) {
        started.nodes.add(KafkaBroker.launch(NodeDirectory.create(cluster, id, overrides)));
      }
      started.awaitReady();
    } catch (Exception e) {
      started.close();
      throw e;
    }
    return started;
  }

  private void awaitReady() throws InterruptedException {
    for (KafkaBroker node : nodes) {
      node.awaitReady();
    }
  }

  /** Where clients connect: all nodes. */
  public String bootstrapServers() {
    return nodes.stream().map(KafkaBroker::bootstrapServers).collect(Collectors.joining(","));
  }

  /**
   * A node.
   *
   * @param id from 1 on, as Kafka's metadata say
   */
  public KafkaBroker node(int id) {
    return nodes.get(id - 1);
  }

  /** SIGKILL for all nodes. */
  public void killAll() throws InterruptedException {
    for (KafkaBroker node : nodes) {
      node.kill();
    }
  }

  /** All nodes again, on what they have written. Waits until they are ready. */
  public void restartAll() throws IOException, InterruptedException {
    for (KafkaBroker node : nodes) {
      node.relaunch();
    }
    awaitReady();
  }

  @Override
  public void close() throws IOException {
    for (KafkaBroker node : nodes) {
      node.close();
    }
  }
}
