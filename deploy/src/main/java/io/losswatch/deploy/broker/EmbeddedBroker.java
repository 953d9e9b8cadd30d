package io.losswatch.deploy.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker of one node (KRaft, broker and controller in one) that listens on 127.0.0.1 only.
 *
 * <p>A directory that a broker used before is taken with its data. Deleting the directory under a
 * running broker halts the JVM: that is Kafka's own answer to a lost disk.
 */
public final class EmbeddedBroker implements AutoCloseable {
  static final String HOST = "127.0.0.1";

  private static final byte[] ADDRESS = {127, 0, 0, 1};

  private final KafkaRaftServer server;
  private final int port;
  private final DataDirectory directory;

  private EmbeddedBroker(KafkaRaftServer server, int port, DataDirectory directory) {
    this.server = server;
    this.port = port;
    this.directory = directory;
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
    return start(DataDirectory.lasting(directory), port, false);
  }

  /**
   * Starts a broker in a temporary directory, which is deleted when the broker closes.
   *
   * @param port where clients connect; 0 takes a free one
   * @throws IOException if the port is in use
   */
  public static EmbeddedBroker startTemporary(int port) throws IOException {
    return start(DataDirectory.temporary(), port, false);
  }

  /**
   * Starts a broker for people to try things out: a topic that somebody writes to comes into being.
   *
   * @param directory as in {@link #start}; null: a temporary one
   * @param port where clients connect; 0 takes a free one
   * @throws IOException as {@link #start}
   */
  public static EmbeddedBroker startForTrials(@Nullable Path directory, int port)
      throws IOException {
    DataDirectory data =
        directory == null ? DataDirectory.temporary() : DataDirectory.lasting(directory);
    return start(data, port, true);
  }

  /** What clients take as {@code bootstrap.servers}: host and port. */
  public String bootstrapServers() {
    return HOST + ":" + port;
  }

  /** Stops the broker; a temporary directory goes. */
  @Override
  public void close() {
    stop(server);
    directory.close();
  }

  private static EmbeddedBroker start(DataDirectory directory, int port, boolean makesTopics)
      throws IOException {
    try {
      int brokerPort = free(port);
      directory.format();
      BrokerProperties properties =
          new BrokerProperties(directory.path(), brokerPort, free(0), makesTopics);
      if (directory.wasLeftInHaste()) {
        FormerSelf.bury(properties);
      }
      return new EmbeddedBroker(start(properties.asMap()), brokerPort, directory);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  static KafkaRaftServer start(Map<String, String> properties) throws IOException {
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
    try {
      server.startup();
      return server;
    } catch (RuntimeException e) {
      stop(server);
      throw new IOException("the broker did not start: " + origin(e).getMessage(), e);
    }
  }

  private static Throwable origin(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null ? failure : origin(cause);
  }

  static void stop(KafkaRaftServer server) {
    server.shutdown();
    server.awaitShutdown();
  }

  /** A port that nobody listens on now: Kafka itself only throws after half of its start. */
  private static int free(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(ADDRESS), port));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IOException(
          "port " + port + " of " + HOST + " cannot be listened on: " + e.getMessage(), e);
    }
  }
}
