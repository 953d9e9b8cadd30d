package io.losswatch.stream.broker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * A real broker in a process of its own, alone or as a node of a {@link KafkaCluster}. Loopback
 * only.
 */
public final class KafkaBroker implements AutoCloseable {
  private final NodeDirectory directory;
  private JavaProcess process;
  private int guardedPort;

  private KafkaBroker(NodeDirectory directory, JavaProcess process) {
    this.directory = directory;
    this.process = process;
  }

  /** Starts a broker of one node with an empty log. */
  public static KafkaBroker start() throws Exception {
    return start(Map.of());
  }

  /**
   * Starts a broker of one node with an empty log.
   *
   * @param overrides settings by Kafka's own names
   */
  public static KafkaBroker start(Map<String, String> overrides) throws Exception {
    KafkaBroker broker = launch(NodeDirectory.create(single(), 1, overrides));
    broker.awaitReady();
    return broker;
  }

  /**
   * Starts a broker of one node, empty, with an authorizer: on {@link #bootstrapServers} everybody
   * may do everything, on {@link #guardedServers} the user {@code losswatch} (SASL PLAIN, password
   * {@code secret}) may do what ACLs allow.
   */
  public static KafkaBroker startGuarded() throws Exception {
    NodeDirectory.Cluster cluster = single();
    int guardedPort = NodeDirectory.freePort();
    KafkaBroker broker =
        launch(NodeDirectory.create(cluster, 1, NodeDirectory.guard(cluster, guardedPort)));
    broker.guardedPort = guardedPort;
    broker.awaitReady();
    return broker;
  }

  private static NodeDirectory.Cluster single() {
    return new NodeDirectory.Cluster(
        Uuid.randomUuid().toString(),
        List.of(NodeDirectory.freePort()),
        List.of(NodeDirectory.freePort()));
  }

  /** Starts the process of a node; it is ready when most of its cluster is there. */
  static KafkaBroker launch(NodeDirectory directory) throws IOException {
    return new KafkaBroker(directory, process(directory));
  }

  private static JavaProcess process(NodeDirectory directory) throws IOException {
    return JavaProcess.launch(
        "broker is ready"::equals,
        List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
        KafkaBroker.class.getName(),
        directory.settings().toString());
  }

  void awaitReady() throws InterruptedException {
    process.awaitReady();
  }

  /** The broker's process: runs until it is killed. */
  public static void main(String[] arguments) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(Path.of(arguments[0]))) {
      properties.load(in);
    }
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
    server.startup();
    System.out.println("broker is ready");
    server.awaitShutdown();
  }

  /** Where clients connect. */
  public String bootstrapServers() {
    return "127.0.0.1:" + directory.port();
  }

  /** Where clients connect that have to say who they are; see {@link #startGuarded}. */
  public String guardedServers() {
    return "127.0.0.1:" + guardedPort;
  }

  /** SIGKILL. What it has written stays. */
  public void kill() throws InterruptedException {
    process.kill();
  }

  /** The same node again after {@link #kill}, on what it has written. Waits until it is ready. */
  public void restart() throws IOException, InterruptedException {
    relaunch();
    awaitReady();
  }

  /** As {@link #restart}, without waiting. */
  void relaunch() throws IOException {
    process = process(directory);
  }

  /** True until it is killed. */
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() throws IOException {
    process.close();
    directory.delete();
  }
}
