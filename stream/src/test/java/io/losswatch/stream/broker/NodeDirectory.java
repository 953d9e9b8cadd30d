package io.losswatch.stream.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * Where a node keeps its log and its settings: what outlives its process.
 *
 * @param path of the directory
 * @param port of the node's listener
 */
record NodeDirectory(Path path, int port) {
  /**
   * The nodes of a cluster, each broker and voter; node n is the n-th of both lists, from 1 on.
   *
   * @param clusterId the same on all nodes
   * @param ports of the brokers
   * @param controllerPorts of the voters
   */
  record Cluster(String clusterId, List<Integer> ports, List<Integer> controllerPorts) {
    private String voters() {
      return IntStream.rangeClosed(1, controllerPorts.size())
          .mapToObj(id -> id + "@127.0.0.1:" + controllerPorts.get(id - 1))
          .collect(Collectors.joining(","));
    }
  }

  /** Makes the directory of a node with an empty log. */
  static NodeDirectory create(Cluster cluster, int id, Map<String, String> overrides)
      throws Exception {
    Path path = Files.createTempDirectory("losswatch-broker-");
    NodeDirectory directory = new NodeDirectory(path, cluster.ports().get(id - 1));
    Properties properties = new Properties();
    properties.putAll(addresses(cluster, id, path));
    properties.putAll(replication(cluster.ports().size()));
    properties.putAll(pace());
    properties.putAll(overrides);
    try (OutputStream out = Files.newOutputStream(directory.settings())) {
      properties.store(out, null);
    }
    format(cluster.clusterId(), id, log(path));
    return directory;
  }

  Path settings() {
    return path.resolve("server.properties");
  }

  void delete() throws IOException {
    try (var paths = Files.walk(path)) {
      paths.sorted((a, b) -> b.compareTo(a)).forEach(each -> each.toFile().delete());
    }
  }

  /**
   * A port on which nobody listens, below those that connections are given: else a client that
   * knocks while the node is down may take its port.
   */
  static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // taken, the next one
      }
    }
  }

  private static Path log(Path path) {
    return path.resolve("log");
  }

  private static void format(String clusterId, int id, Path log) throws Exception {
    Formatter formatter = new Formatter();
    formatter
        .setClusterId(clusterId)
        .setNodeId(id)
        .setDirectories(List.of(log.toString()))
        .setControllerListenerName("CONTROLLER")
        .setMetadataLogDirectory(log.toString())
        .setHasDynamicQuorum(false)
        .setReleaseVersion(MetadataVersion.latestProduction());
    formatter.setPrintStream(new PrintStream(OutputStream.nullOutputStream()));
    formatter.run();
  }

  private static Map<String, String> addresses(Cluster cluster, int id, Path path) {
    String broker = "BROKER://127.0.0.1:" + cluster.ports().get(id - 1);
    return Map.ofEntries(
        Map.entry("process.roles", "broker,controller"),
        Map.entry("node.id", Integer.toString(id)),
        Map.entry("controller.quorum.voters", cluster.voters()),
        Map.entry(
            "listeners",
            broker + ",CONTROLLER://127.0.0.1:" + cluster.controllerPorts().get(id - 1)),
        Map.entry("advertised.listeners", broker),
        Map.entry("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT"),
        Map.entry("inter.broker.listener.name", "BROKER"),
        Map.entry("controller.listener.names", "CONTROLLER"),
        Map.entry("log.dirs", log(path).toString()));
  }

  /** Everything is everywhere; with three nodes one may be missing. */
  private static Map<String, String> replication(int nodes) {
    String factor = Integer.toString(nodes);
    String inSync = Integer.toString(nodes / 2 + 1);
    return Map.of(
        "default.replication.factor", factor,
        "min.insync.replicas", inSync,
        "offsets.topic.replication.factor", factor,
        "offsets.topic.num.partitions", "1",
        "transaction.state.log.replication.factor", factor,
        "transaction.state.log.min.isr", inSync,
        "transaction.state.log.num.partitions", "1",
        "share.coordinator.state.topic.replication.factor", factor,
        "share.coordinator.state.topic.min.isr", inSync,
        "auto.create.topics.enable", "false");
  }

  /** What takes a minute in production takes seconds here. */
  private static Map<String, String> pace() {
    return Map.ofEntries(
        Map.entry("group.initial.rebalance.delay.ms", "0"),
        Map.entry("group.min.session.timeout.ms", "1000"),
        Map.entry("group.consumer.min.session.timeout.ms", "1000"),
        Map.entry("group.consumer.session.timeout.ms", "3000"),
        Map.entry("group.consumer.min.heartbeat.interval.ms", "50"),
        Map.entry("group.consumer.heartbeat.interval.ms", "100"),
        Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500"),
        Map.entry("controller.quorum.election.timeout.ms", "500"),
        Map.entry("controller.quorum.election.backoff.max.ms", "200"),
        Map.entry("controller.quorum.fetch.timeout.ms", "1500"),
        Map.entry("broker.heartbeat.interval.ms", "250"),
        Map.entry("broker.session.timeout.ms", "2500"),
        Map.entry("replica.lag.time.max.ms", "3000"),
        Map.entry("log.cleaner.dedupe.buffer.size", "2097152"));
  }
}
