package io.losswatch.deploy.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.Network;

/** The image of this build beside Kafka, each in a container, and either one killed. */
@Tag("container")
class ContainersIT {
  @TempDir private static Path directory = Path.of("");

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Network network;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Broker broker;

  @BeforeAll
  static void start() {
    Docker.require(() -> {
      Images.losswatch();
      network = Network.newNetwork();
      broker = new Broker(network);
    });
  }

  @AfterAll
  static void stop() {
    if (broker != null) {
      broker.close();
    }
    if (network != null) {
      network.close();
    }
  }

  private static Deliveries deliveries(String name, long seed) throws Exception {
    Deliveries deliveries = new Deliveries(broker.servers(), name, seed);
    broker.makeTopic(deliveries.topic("predictions"), Deliveries.PARTITIONS);
    return deliveries;
  }

  private static Publications publications(Deliveries deliveries) {
    return new Publications(broker.servers(), deliveries.topic("output"));
  }

  @Test
  void wholeJob_inContainers_equalsTheOracleAndIsProved() throws Exception {
    Deliveries deliveries = deliveries("job", 1);
    try (ServiceContainer service = new ServiceContainer(network, directory, deliveries)) {
      service.start();
      deliveries.send();
      deliveries.send();
      deliveries.close();
      try (Publications publications = publications(deliveries)) {
        publications.check(deliveries.losses());
      }
      ExecResult audit = service.audit();
      assertThat(audit.getExitCode()).as(audit.getStdout() + audit.getStderr()).isZero();
      assertThat(audit.getStdout()).contains("proved");
    }
  }

  @Test
  void service_killedBetweenAndAmidDeliveries_losesNothingAndCountsNothingTwice() throws Exception {
    Deliveries deliveries = deliveries("service-killed", 2);
    try (ServiceContainer service = new ServiceContainer(network, directory, deliveries)) {
      service.start();
      deliveries.send();
      try (Publications publications = publications(deliveries)) {
        publications.awaitWindows(1);
        Docker.kill(service);
        deliveries.send();
        Docker.restart(service);
        deliveries.send();
        Docker.kill(service);
        Docker.restart(service);
        deliveries.close();
        publications.check(deliveries.losses());
      }
    }
  }

  @Test
  void broker_killedUnderTheService_losesNothingAndCountsNothingTwice() throws Exception {
    Deliveries deliveries = deliveries("broker-killed", 3);
    try (ServiceContainer service = new ServiceContainer(network, directory, deliveries)) {
      service.start();
      deliveries.send();
      try (Publications publications = publications(deliveries)) {
        publications.awaitWindows(1);
        deliveries.send();
        broker.killAndRestart();
        deliveries.send();
        deliveries.close();
        publications.check(deliveries.losses());
        assertThat(Docker.isRunning(service)).as(service.getLogs()).isTrue();
      }
    }
  }

  @Test
  void service_toldToStop_endsWithZeroWithinTenSeconds() throws Exception {
    Deliveries deliveries = deliveries("stopped", 4);
    try (ServiceContainer service = new ServiceContainer(network, directory, deliveries)) {
      service.start();
      deliveries.send();
      try (Publications publications = publications(deliveries)) {
        publications.awaitWindows(1);
      }
      Docker.await(
          () -> "healthy".equals(Docker.state(service).getHealth().getStatus()),
          () -> Docker.state(service) + service.getLogs());
      Instant told = Instant.now();
      Docker.terminate(service);
      Docker.await(() -> !Docker.isRunning(service), () -> Docker.state(service));
      Instant ended = Instant.parse(Docker.state(service).getFinishedAt());
      assertThat(Docker.state(service).getExitCodeLong()).as(service.getLogs()).isZero();
      assertThat(Duration.between(told, ended)).isLessThan(Duration.ofSeconds(10));
      assertThat(service.getLogs()).contains("stopped: ");
    }
  }
}
