package io.losswatch.deploy.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;

/** The engine: whether there is one, and what it does to a container that is under way. */
final class Docker {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private Docker() {}

  /** Fails if containers are required and cannot be had, else skips and says so. */
  static void require(Runnable preparation) {
    String missing = missing(preparation);
    if (missing.isEmpty()) {
      return;
    }
    assertThat(System.getProperty("losswatch.containers", "if-present"))
        .as("-P containers needs them: %s", missing)
        .isNotEqualTo("required");
    System.out.println("[containers] skipped: " + missing);
    Assumptions.abort(missing);
  }

  private static String missing(Runnable preparation) {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      return "no Docker engine that Testcontainers can use";
    }
    try {
      preparation.run();
      return "";
    } catch (RuntimeException e) {
      return "no images: " + rootCause(e);
    }
  }

  private static Throwable rootCause(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null || cause == failure ? failure : rootCause(cause);
  }

  /** SIGKILL: nothing is finished, nothing is closed. */
  static void kill(GenericContainer<?> container) {
    client().killContainerCmd(container.getContainerId()).exec();
    await(() -> !isRunning(container), () -> state(container));
  }

  /** SIGTERM. */
  static void terminate(GenericContainer<?> container) {
    client().killContainerCmd(container.getContainerId()).withSignal("SIGTERM").exec();
  }

  /** Starts the same container again: its files are as they were. */
  static void restart(GenericContainer<?> container) {
    client().startContainerCmd(container.getContainerId()).exec();
  }

  static boolean isRunning(GenericContainer<?> container) {
    return Boolean.TRUE.equals(state(container).getRunning());
  }

  /** What the engine knows about it. */
  static ContainerState state(GenericContainer<?> container) {
    return client().inspectContainerCmd(container.getContainerId()).exec().getState();
  }

  /** Waits; asks for something to say if it takes too long. */
  static void await(BooleanSupplier condition, Supplier<Object> state) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("%s", state.get()).isLessThan(deadline);
      LockSupport.parkNanos(50_000_000);
    }
  }

  private static DockerClient client() {
    return DockerClientFactory.lazyClient();
  }
}
