package io.losswatch.deploy.container;

import java.nio.file.Path;
import java.util.Optional;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.utility.DockerImageName;

/**
 * The images under test. Where no image can be pulled the environment names substitutes: {@code
 * LOSSWATCH_BASE_IMAGE}, {@code LOSSWATCH_KAFKA_IMAGE}.
 */
final class Images {
  /** What Maven has packaged before integration tests run. */
  private static final Path DISTRIBUTION = Path.of("target/losswatch");

  private static final Path DOCKER = Path.of("docker");
  private static final String NAME = "losswatch:under-test";

  private Images() {}

  /** Builds the image of the distribution as it is now; layers that did not change are reused. */
  static String losswatch() {
    ImageFromDockerfile image =
        new ImageFromDockerfile(NAME, false)
            .withFileFromPath("Dockerfile", DOCKER.resolve("Dockerfile"))
            .withFileFromPath("docker/healthy", DOCKER.resolve("healthy"))
            .withFileFromPath("target/losswatch", DISTRIBUTION);
    environment("LOSSWATCH_BASE_IMAGE").ifPresent(base -> image.withBuildArg("BASE", base));
    return image.get();
  }

  /** The broker's image: the one that compose.yaml names, or its substitute. */
  static DockerImageName kafka() {
    return DockerImageName.parse(
            environment("LOSSWATCH_KAFKA_IMAGE").orElseGet(() -> Compose.load().image("kafka")))
        .asCompatibleSubstituteFor("apache/kafka");
  }

  private static Optional<String> environment(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
  }
}
