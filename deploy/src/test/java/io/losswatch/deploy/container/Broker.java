package io.losswatch.deploy.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.testcontainers.containers.Network;
import org.testcontainers.kafka.KafkaContainer;

/**
 * Kafka in a container: {@code kafka:19092} for other containers, a port of the loopback for us.
 */
final class Broker implements AutoCloseable {
  private static final String INSIDE = "kafka:19092";

  private final KafkaContainer container;

  Broker(Network network) {
    container =
        new KafkaContainer(Images.kafka())
            .withNetwork(network)
            .withListener(INSIDE)
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
    // the same after a restart, since it is advertised
    container.setPortBindings(List.of("127.0.0.1:%d:9092".formatted(freePort())));
    container.start();
  }

  /** Where containers of its network find it. */
  static String inside() {
    return INSIDE;
  }

  /** Where this process finds it. */
  String servers() {
    return container.getBootstrapServers();
  }

  void makeTopic(String name, int partitions) throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
      admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
    }
  }

  /** SIGKILL, and up again. */
  void killAndRestart() {
    Docker.kill(container);
    Docker.restart(container);
  }

  @Override
  public void close() {
    container.stop();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
