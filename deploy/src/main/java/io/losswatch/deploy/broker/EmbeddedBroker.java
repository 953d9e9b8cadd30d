package io.losswatch.deploy.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A Kafka broker of one node (KRaft, broker and controller in one) that listens on 127.0.0.1 only.
 *
 * <p>A directory that a broker used before is taken with its data. Deleting the directory under a
 * running broker halts the JVM: that is Kafka's own answer to a lost disk.
 */
public final class EmbeddedBroker implements AutoCloseable {
  static final String HOST = "127.0.0.1";

  private final KafkaRaftServer server;
  private final int port;
  private final Path directory;
  private final boolean isTemporary;

  private EmbeddedBroker(KafkaRaftServer server, int port, Path directory, boolean isTemporary) {
    this.server = server;
    this.port = port;
    this.directory = directory;
    this.isTemporary = isTemporary;
  }

  /**
   * Starts a broker whose data stays in a directory.
   *
   * @param directory made if missing
   * @param port where clients connect; 0 takes a free one
   * @throws IOException if the port is in use, the directory is not to be written or another broker
   *     holds it
   */
  public static EmbeddedBroker start(Path directory, int port) throws IOException {
    return start(directory, port, false);
  }

  /**
   * Starts a broker in a temporary directory, which is deleted when the broker closes.
   *
   * @param port where clients connect; 0 takes a free one
   * @throws IOException if the port is in use
   */
  public static EmbeddedBroker startTemporary(int port) throws IOException {
    Path directory = Files.createTempDirectory("losswatch-broker-");
    try {
      return start(directory, port, true);
    } catch (IOException | RuntimeException e) {
      delete(directory);
      throw e;
    }
  }

  /** What clients take as {@code bootstrap.servers}: host and port. */
  public String bootstrapServers() {
    return HOST + ":" + port;
  }

  /** Stops the broker; a temporary directory goes. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
    if (isTemporary) {
      delete(directory);
    }
  }

  private static EmbeddedBroker start(Path directory, int port, boolean isTemporary)
      throws IOException {
    int brokerPort = free(port);
    BrokerProperties properties = new BrokerProperties(directory, brokerPort, free(0));
    format(directory);
    KafkaRaftServer server = null;
    try {
      server = new KafkaRaftServer(new KafkaConfig(properties.asMap(), false), Time.SYSTEM);
      server.startup();
    } catch (RuntimeException e) {
      if (server != null) {
        server.shutdown();
      }
      throw new IOException("the broker did not start: " + e.getMessage(), e);
    }
    return new EmbeddedBroker(server, brokerPort, directory, isTemporary);
  }

  /** A port that nobody listens on now: Kafka itself only throws after half of its start. */
  private static int free(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(HOST), port));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IOException("port " + port + " of " + HOST + " is in use: " + e.getMessage(), e);
    }
  }

  private static void format(Path directory) throws IOException {
    Files.createDirectories(directory);
    if (Files.exists(directory.resolve("meta.properties"))) {
      return;
    }
    try {
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(BrokerProperties.NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setDirectories(List.of(directory.toString()))
          .setMetadataLogDirectory(directory.toString())
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setControllerListenerName(BrokerProperties.CONTROLLER)
          .setHasDynamicQuorum(false)
          .run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the broker's directory cannot be formatted: " + e.getMessage(), e);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      directory.toFile().deleteOnExit();
    }
  }
}
