package io.losswatch.stream.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A real broker of one node in a process of its own. Loopback only. */
public final class KafkaBroker implements AutoCloseable {
  private final Path directory;
  private final int port;
  private final JavaProcess process;

  private KafkaBroker(Path directory, int port, JavaProcess process) {
    this.directory = directory;
    this.port = port;
    this.process = process;
  }

  /** Starts a broker with an empty log. */
  public static KafkaBroker start() throws Exception {
    Path directory = Files.createTempDirectory("losswatch-broker-");
    int port = freePort();
    Path file = directory.resolve("server.properties");
    try (OutputStream out = Files.newOutputStream(file)) {
      properties(directory, port, freePort()).store(out, null);
    }
    format(directory.resolve("log"));
    JavaProcess process =
        JavaProcess.start(
            "broker is ready"::equals,
            List.of("-Xmx512m"),
            KafkaBroker.class.getName(),
            file.toString());
    return new KafkaBroker(directory, port, process);
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
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() throws IOException {
    process.close();
    try (var paths = Files.walk(directory)) {
      paths.sorted((a, b) -> b.compareTo(a)).forEach(path -> path.toFile().delete());
    }
  }

  private static void format(Path log) throws Exception {
    Formatter formatter = new Formatter();
    formatter
        .setClusterId(Uuid.randomUuid().toString())
        .setNodeId(1)
        .setDirectories(List.of(log.toString()))
        .setControllerListenerName("CONTROLLER")
        .setMetadataLogDirectory(log.toString())
        .setHasDynamicQuorum(false)
        .setReleaseVersion(MetadataVersion.latestProduction());
    formatter.setPrintStream(new PrintStream(OutputStream.nullOutputStream()));
    formatter.run();
  }

  private static Properties properties(Path directory, int port, int controllerPort) {
    Properties properties = new Properties();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", "1");
    properties.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    properties.put(
        "listeners", "BROKER://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    properties.put("advertised.listeners", "BROKER://127.0.0.1:" + port);
    properties.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put("inter.broker.listener.name", "BROKER");
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("log.dirs", directory.resolve("log").toString());
    properties.put("auto.create.topics.enable", "false");
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("offsets.topic.num.partitions", "1");
    properties.put("transaction.state.log.replication.factor", "1");
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("transaction.state.log.num.partitions", "1");
    properties.put("share.coordinator.state.topic.replication.factor", "1");
    properties.put("share.coordinator.state.topic.min.isr", "1");
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("group.min.session.timeout.ms", "1000");
    properties.put("group.consumer.min.session.timeout.ms", "1000");
    properties.put("group.consumer.session.timeout.ms", "3000");
    properties.put("group.consumer.min.heartbeat.interval.ms", "50");
    properties.put("group.consumer.heartbeat.interval.ms", "100");
    properties.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");
    properties.put("log.cleaner.dedupe.buffer.size", "2097152");
    return properties;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
