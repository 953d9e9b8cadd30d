package io.losswatch.deploy.container;

import static io.losswatch.deploy.container.Manifests.container;
import static io.losswatch.deploy.container.Manifests.elements;
import static io.losswatch.deploy.container.Manifests.object;
import static io.losswatch.deploy.container.Manifests.pod;
import static io.losswatch.deploy.container.Manifests.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The objects fit the published types, each other, the image and the product. */
class KubernetesTest {
  private static final JsonNode LABELS =
      object("statefulset.yaml").at("/spec/selector/matchLabels");

  @TempDir Path directory;

  static List<String> files() {
    return Manifests.files();
  }

  /** Each type refuses fields that it does not have and the lack of those that it needs. */
  @ParameterizedTest
  @MethodSource("files")
  void object_ofAFile_fitsItsPublishedType(String file) throws Exception {
    JsonNode object = object(file);
    JsonElement json = JsonParser.parseString(object.toString());
    String type = object.path("apiVersion").asText() + " " + object.path("kind").asText();
    switch (type) {
      case "v1 Namespace" -> V1Namespace.validateJsonElement(json);
      case "v1 ConfigMap" -> V1ConfigMap.validateJsonElement(json);
      case "v1 Secret" -> V1Secret.validateJsonElement(json);
      case "v1 Service" -> V1Service.validateJsonElement(json);
      case "apps/v1 StatefulSet" -> V1StatefulSet.validateJsonElement(json);
      case "policy/v1 PodDisruptionBudget" -> V1PodDisruptionBudget.validateJsonElement(json);
      case "networking.k8s.io/v1 NetworkPolicy" -> V1NetworkPolicy.validateJsonElement(json);
      // KEDA publishes no types: what it refers to is checked below
      default -> assertThat(type).isEqualTo("keda.sh/v1alpha1 ScaledObject");
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void object_ofAFile_isOursByNameAndNamespace(String file) {
    JsonNode metadata = object(file).path("metadata");
    assertThat(metadata.path("name").asText()).isEqualTo("losswatch");
    if (!file.equals("namespace.yaml")) {
      assertThat(metadata.path("namespace").asText()).isEqualTo("losswatch");
      assertThat(metadata.path("labels")).isEqualTo(LABELS);
    }
  }

  @Test
  void kustomization_appliesEveryFileButTheTwoThatItNames() {
    JsonNode kustomization = YamlFiles.one(Manifests.FOLDER.resolve("kustomization.yaml"));
    List<String> expected = new ArrayList<>(files());
    expected.removeAll(List.of("secret.yaml", "scaledobject.yaml"));

    assertThat(texts(kustomization.path("resources")))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(kustomization.at("/images/0/name")).isEqualTo(container().path("image"));
  }

  @Test
  void selectors_ofAllObjects_meetThePod() {
    assertThat(pod().at("/metadata/labels")).isEqualTo(LABELS);
    assertThat(object("service.yaml").at("/spec/selector")).isEqualTo(LABELS);
    assertThat(object("poddisruptionbudget.yaml").at("/spec/selector/matchLabels"))
        .isEqualTo(LABELS);
    assertThat(object("networkpolicy.yaml").at("/spec/podSelector/matchLabels")).isEqualTo(LABELS);
    assertThat(pod().at("/spec/topologySpreadConstraints/0/labelSelector/matchLabels"))
        .isEqualTo(LABELS);
    assertThat(object("statefulset.yaml").at("/spec/serviceName"))
        .isEqualTo(object("service.yaml").at("/metadata/name"));
  }

  @Test
  void references_ofThePod_areThere() {
    JsonNode secret = container().findValue("secretKeyRef");
    assertThat(secret.path("name")).isEqualTo(object("secret.yaml").at("/metadata/name"));
    assertThat(object("secret.yaml").path("stringData").has(secret.path("key").asText())).isTrue();
    assertThat(pod().at("/spec/volumes/0/configMap/name"))
        .isEqualTo(object("configmap.yaml").at("/metadata/name"));
    assertThat(names(container().path("volumeMounts"))).isEqualTo(names(pod().at("/spec/volumes")));
  }

  private static List<String> names(JsonNode list) {
    return elements(list).stream().map(each -> each.path("name").asText()).toList();
  }

  @Test
  void secret_inTheRepository_hasNoValue() {
    assertThat(texts(object("secret.yaml").path("stringData"))).isNotEmpty().containsOnly("");
  }

  @Test
  void configuration_ofTheConfigMap_isValidWithThePodsEnvironment() throws Exception {
    Map<String, String> environment = new TreeMap<>();
    for (JsonNode variable : container().path("env")) {
      environment.put(variable.path("name").asText(), "losswatch-of-some-length-0");
    }
    String file = texts(container().path("args")).get(2);
    JsonNode data = object("configmap.yaml").path("data");
    String mount = container().at("/volumeMounts/0/mountPath").asText();
    assertThat(Path.of(file).getParent()).hasToString(mount);

    String text = data.path(String.valueOf(Path.of(file).getFileName())).asText();
    Path written = Files.writeString(directory.resolve("c.yaml"), text);

    assertThat(Validity.problems(written, environment)).isEmpty();
    assertThat(YamlFiles.one(written).path("instance-id").asText()).isEqualTo("${POD_NAME}");
    assertThat(container().at("/env/0/valueFrom/fieldRef/fieldPath").asText())
        .isEqualTo("metadata.name");
  }

  @Test
  void pod_isShutInAsTheImageAllows() {
    JsonNode pod = pod().at("/spec/securityContext");
    assertThat(pod.path("runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.path("runAsUser").asText() + ":" + pod.path("runAsGroup").asText())
        .isEqualTo(Dockerfile.load().last("USER"));
    assertThat(pod.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    JsonNode container = container().path("securityContext");
    assertThat(container.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(texts(container.at("/capabilities/drop"))).containsExactly("ALL");
    assertThat(pod().at("/spec/automountServiceAccountToken").asBoolean(true)).isFalse();
  }

  @Test
  void port_isTheSameEverywhere() throws Exception {
    int port = container().at("/ports/0/containerPort").asInt();
    String name = container().at("/ports/0/name").asText();

    assertThat(Dockerfile.load().last("EXPOSE")).isEqualTo(String.valueOf(port));
    assertThat(YamlFiles.text(Dockerfile.HEALTHY)).contains("${LOSSWATCH_HTTP_PORT:-" + port + "}");
    assertThat(object("service.yaml").at("/spec/ports/0/port").asInt()).isEqualTo(port);
    assertThat(object("service.yaml").at("/spec/ports/0/targetPort").asText()).isEqualTo(name);
    assertThat(object("networkpolicy.yaml").at("/spec/ingress/0/ports/0/port").asText())
        .isEqualTo(name);
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      assertThat(container().path(probe).at("/httpGet/port").asText()).as(probe).isEqualTo(name);
    }
    assertThat(configured().at("/http/port").asInt()).isEqualTo(port);
    assertThat(YamlFiles.one(Compose.CONFIGURATION).at("/http/port").asInt()).isEqualTo(port);
  }

  @Test
  void probes_askTheProductsPaths() {
    assertThat(container().at("/livenessProbe/httpGet/path").asText()).isEqualTo("/health/live");
    assertThat(container().at("/startupProbe/httpGet/path").asText()).isEqualTo("/health/live");
    assertThat(container().at("/readinessProbe/httpGet/path").asText()).isEqualTo("/health/ready");
    assertThat(YamlFiles.text(Dockerfile.HEALTHY)).contains("${1:-/health/live}");
  }

  @Test
  void arguments_areTheImagesOwnButForTheLog() {
    List<String> arguments = new ArrayList<>(Dockerfile.load().list("CMD"));
    arguments.addAll(List.of("--log-format", "json"));

    assertThat(texts(container().path("args"))).isEqualTo(arguments);
  }

  @Test
  void scaling_goesNoFurtherThanThePartitions() throws Exception {
    JsonNode spec = object("scaledobject.yaml").path("spec");
    JsonNode set = object("statefulset.yaml");

    assertThat(spec.at("/scaleTargetRef/kind")).isEqualTo(set.path("kind"));
    assertThat(spec.at("/scaleTargetRef/apiVersion")).isEqualTo(set.path("apiVersion"));
    assertThat(spec.at("/scaleTargetRef/name")).isEqualTo(set.at("/metadata/name"));
    assertThat(spec.path("maxReplicaCount").asInt())
        .isEqualTo(configured().at("/topics/partitions").asInt());
    assertThat(spec.at("/triggers/0/metadata/query").asText()).contains("losswatch_lag_records");
  }

  /** The map's configuration as a tree. */
  private JsonNode configured() throws Exception {
    String text = object("configmap.yaml").at("/data/losswatch.yaml").asText();
    return YamlFiles.one(Files.writeString(directory.resolve("tree.yaml"), text));
  }
}
