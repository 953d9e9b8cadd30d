package io.losswatch.deploy.container;

import static io.losswatch.deploy.container.Manifests.elements;
import static io.losswatch.deploy.container.Manifests.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** compose.yaml and the image: what is shut in, pinned, and fits the product. */
class ComposeTest {
  private final Compose compose = Compose.load();

  @Test
  void services_areThoseThatTheReadmeNames() {
    assertThat(compose.services().keySet())
        .containsExactly("demo", "grafana", "kafka", "losswatch", "prometheus");
  }

  @Test
  void services_areAllShutIn() {
    compose
        .services()
        .forEach((name, service) -> {
          assertThat(service.path("read_only").asBoolean()).as(name).isTrue();
          assertThat(texts(service.path("cap_drop"))).as(name).containsExactly("ALL");
          assertThat(texts(service.path("security_opt")))
              .as(name)
              .containsExactly("no-new-privileges:true");
          assertThat(service.path("mem_limit").asText()).as(name).matches("\\d+[mg]");
          assertThat(service.path("privileged").isMissingNode()).as(name).isTrue();
        });
  }

  @Test
  void ports_areOnTheLoopbackOnly() {
    compose
        .services()
        .forEach((name, service) ->
            assertThat(texts(service.path("ports")))
                .as(name)
                .allMatch(port -> port.startsWith("127.0.0.1:")));
  }

  @Test
  void images_ofOthers_haveAVersion() {
    compose.services().keySet().stream()
        .map(compose::image)
        .filter(image -> !image.equals("losswatch"))
        .forEach(image -> assertThat(image).matches("[a-z/]+:v?\\d+\\.\\d+\\.\\d+"));
  }

  @Test
  void dependencies_areServices() {
    for (JsonNode service : compose.services().values()) {
      JsonNode dependencies = service.path("depends_on");
      List<String> names =
          dependencies.isArray()
              ? texts(dependencies)
              : dependencies.properties().stream().map(Map.Entry::getKey).toList();
      assertThat(compose.services().keySet()).containsAll(names);
    }
  }

  @Test
  void configuration_ofTheService_isValidAndWatchesTheDemo() throws Exception {
    Map<String, String> environment =
        Map.of("KAFKA_SERVERS", "kafka:9092", "LOSSWATCH_HTTP_TOKEN", "a-token-of-some-length");

    assertThat(Validity.problems(Compose.CONFIGURATION, environment)).isEmpty();
    assertThat(elements(YamlFiles.one(Compose.CONFIGURATION).path("monitors")))
        .extracting(monitor -> monitor.path("model").asText())
        .containsExactly("digits", "breast-cancer", "diabetes", "bigram");
  }

  @Test
  void prometheus_asksTheServiceWithTheToken() {
    JsonNode job = YamlFiles.one(Path.of("prometheus/prometheus.yaml")).at("/scrape_configs/0");

    assertThat(texts(job.at("/static_configs/0/targets"))).containsExactly("losswatch:8080");
    assertThat(job.at("/authorization/credentials_file").asText())
        .isEqualTo("/run/secrets/http-token");
    assertThat(texts(compose.services().get("prometheus").path("secrets")))
        .containsExactly("http-token");
  }

  @Test
  void image_isNotRunAsRootAndEndsOnTheSignal() {
    Dockerfile dockerfile = Dockerfile.load();
    assertThat(dockerfile.last("USER")).doesNotStartWith("0").matches("\\d+:\\d+");
    assertThat(dockerfile.last("STOPSIGNAL")).isEqualTo("SIGTERM");
    assertThat(dockerfile.list("ENTRYPOINT")).containsExactly("losswatch");
    assertThat(Dockerfile.HEALTHY.toFile().canExecute()).isTrue();
  }

  @Test
  void volumes_areNamedAtTheTop() {
    for (JsonNode service : compose.services().values()) {
      for (JsonNode volume : elements(service.path("volumes"))) {
        String source = volume.asText().split(":", -1)[0];
        assertThat(source.startsWith(".") || compose.tree().path("volumes").has(source))
            .as(source)
            .isTrue();
      }
    }
  }
}
