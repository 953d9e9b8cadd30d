package io.losswatch.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.losswatch.core.batch.RefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Recorded answers, and answers that no good registry gives. */
class HttpRegistryTest {
  private static final UUID GUID = UUID.fromString("89791762-2336-4186-9674-299b90a802e2");
  private static final String UNKNOWN = "{\"error_code\":40403,\"message\":\"Schema not found\"}";

  private final List<String> authorizations = new CopyOnWriteArrayList<>();

  @SuppressWarnings("NullAway.Init") // before each test
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer("/", 404, "{\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}");
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(String path, int status, String body) {
    server.createContext(
        path,
        exchange -> {
          authorizations.addAll(
              exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private HttpRegistry registry(String credentials) {
    return HttpRegistry.of(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"),
        credentials.isEmpty() ? null : credentials);
  }

  private Schema find(SchemaId id) {
    return registry("").find(id);
  }

  @Test
  void find_byGuid_readsTheRecordedAnswer() {
    answer(
        "/schemas/guids/" + GUID,
        200,
        "{\"schemaType\":\"AVRO\",\"schema\":\"\\\"string\\\"\",\"guid\":\"" + GUID + "\"}");
    assertThat(find(SchemaId.of(GUID)).getType()).isEqualTo(Schema.Type.STRING);
  }

  @Test
  void find_unknownGuidOrId_isRefused() {
    answer("/schemas/", 404, UNKNOWN);
    assertThatThrownBy(() -> find(SchemaId.of(GUID)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("not the schema GUID " + GUID);
    assertThatThrownBy(() -> find(SchemaId.of(-1)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("not the schema id 4294967295");
  }

  @Test
  void find_notFoundByAnybodyElse_isNoWordOfTheRegistry() {
    assertThatThrownBy(() -> find(SchemaId.of(7)))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("answers 404 to /schemas/ids/7");
    assertThatThrownBy(() -> find(SchemaId.of(GUID))).isInstanceOf(RegistryException.class);
  }

  @Test
  void find_withReferences_readsThemFirst() {
    answer(
        "/schemas/ids/7",
        200,
        """
        {"schema": "{\\"type\\":\\"array\\",\\"items\\":\\"com.example.A\\"}",
         "references": [{"name": "com.example.A", "subject": "a b", "version": 3}]}
        """);
    answer(
        "/subjects/a b/versions/3",
        200,
        """
        {"schema": "{\\"type\\":\\"fixed\\",\\"name\\":\\"com.example.A\\",\\"size\\":2}"}
        """);
    assertThat(find(SchemaId.of(7)).getElementType().getFixedSize()).isEqualTo(2);
  }

  @Test
  void find_aSchemaThatIsNotAvro_isRefused() {
    answer("/schemas/ids/7", 200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"message A {}\"}");
    answer("/schemas/ids/8", 200, "{\"schema\":\"{\\\"type\\\":\\\"recrd\\\"}\"}");
    assertThatThrownBy(() -> find(SchemaId.of(7))).isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> find(SchemaId.of(8))).isInstanceOf(RefusedException.class);
  }

  @Test
  void find_answerThatIsTooLargeOrAnError_isNoAnswer() {
    answer("/schemas/ids/7", 200, " ".repeat(HttpRegistry.MAX_BYTES + 1));
    answer("/schemas/ids/8", 500, "{}");
    answer("/schemas/ids/9", 200, "<html>");
    assertThatThrownBy(() -> find(SchemaId.of(7)))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("at most 4194304 bytes");
    assertThatThrownBy(() -> find(SchemaId.of(8))).isInstanceOf(RegistryException.class);
    assertThatThrownBy(() -> find(SchemaId.of(9))).isInstanceOf(RegistryException.class);
  }

  @Test
  void find_nobodyThere_isNoAnswer() {
    server.stop(0);
    assertThatThrownBy(() -> find(SchemaId.of(7)))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("gives no answer");
  }

  @Test
  void credentials_areSentAndNeverPrinted() {
    answer("/schemas/ids/7", 401, "{}");
    HttpRegistry registry = registry("me:planted");
    assertThatThrownBy(() -> registry.find(SchemaId.of(7)))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("401")
        .hasMessageNotContaining("planted");
    assertThat(authorizations).containsExactly("Basic bWU6cGxhbnRlZA==");
    assertThat(registry.toString()).doesNotContain("planted");
  }

  @Test
  void register_thatIsRefused_saysWhyAndDoesNotHeal() {
    answer("/subjects/t-value", 409, "{\"error_code\":409,\"message\":\"it is incompatible\"}");
    HttpRegistry registry = registry("");
    assertThatThrownBy(() -> registry.register("t-value", "\"string\""))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("t-value")
        .hasMessageContaining("it is incompatible");
  }
}
