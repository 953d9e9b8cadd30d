package io.losswatch.deploy.container;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/** The image at work, shut in as compose.yaml and Kubernetes do. */
final class ServiceContainer extends GenericContainer<ServiceContainer> {
  private static final String CONFIGURATION = "/etc/losswatch/losswatch.yaml";
  private static final long MEMORY_BYTES = 768L << 20;

  /** A service that is started with {@code start()}. */
  ServiceContainer(Network network, Path directory, Deliveries deliveries) throws IOException {
    super(Images.losswatch());
    Path file =
        Files.writeString(
            directory.resolve(deliveries.name() + ".yaml"),
            deliveries.configuration(Broker.inside()));
    withNetwork(network);
    Bind bind = Bind.parse(file.toAbsolutePath() + ":" + CONFIGURATION + ":ro");
    withTmpFs(Map.of("/tmp", "rw,exec,size=64m"));
    withCreateContainerCmdModifier(command -> shutIn(command.getHostConfig(), bind));
    waitingFor(Wait.forLogMessage(".*running as " + deliveries.name() + ".*\\n", 1));
  }

  private static void shutIn(HostConfig host, Bind bind) {
    host.withBinds(bind)
        .withReadonlyRootfs(true)
        .withCapDrop(Capability.ALL)
        .withSecurityOpts(List.of("no-new-privileges"))
        .withMemory(MEMORY_BYTES);
  }

  /** The command in this container, as somebody who looks for a fault runs it. */
  ExecResult audit() throws IOException, InterruptedException {
    return execInContainer("losswatch", "audit", "--config", CONFIGURATION);
  }
}
