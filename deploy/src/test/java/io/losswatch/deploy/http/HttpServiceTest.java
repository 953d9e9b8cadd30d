package io.losswatch.deploy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real requests over the loopback, to a stream that has not begun. */
class HttpServiceTest {
  private static final String TOKEN = "a-token-of-some-length";

  private final HttpClient client = HttpClient.newHttpClient();
  private final LossBoard board = new LossBoard(() -> Published.owned(1));
  private final List<HttpService> services = new ArrayList<>();

  @AfterEach
  void close() {
    services.forEach(HttpService::close);
  }

  private HttpService start(HttpSettings settings) throws IOException {
    HttpService service =
        HttpService.start(
            settings, new Pages(Streams.notBegun(), board, () -> "some_metric 1.0\n"));
    services.add(service);
    return service;
  }

  private HttpService start(HttpSettings settings, Duration step) throws IOException {
    HttpService service =
        HttpService.start(settings, new Pages(Streams.notBegun(), board, () -> ""), step);
    services.add(service);
    return service;
  }

  private HttpResponse<String> get(HttpService service, String path, String... headers)
      throws Exception {
    return send(service, "GET", path, headers);
  }

  private HttpResponse<String> send(
      HttpService service, String method, String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(service.url()).resolve(path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** The head of what the server answers to bytes that no client would send. */
  private static String raw(HttpService service, String request) throws IOException {
    try (Socket socket = connect(service)) {
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
          .lines()
          .takeWhile(line -> !line.isEmpty())
          .collect(Collectors.joining("\n"));
    }
  }

  private static Socket connect(HttpService service) throws IOException {
    Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), URI.create(service.url()).getPort());
    socket.setSoTimeout(60_000);
    return socket;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/page.js", "/page.css", "/losses", "/losses/7", "/metrics", "/nowhere"})
  void everyAnswer_hasTheHeadersThatShutItIn(String path) throws Exception {
    HttpResponse<String> answer = get(start(HttpSettings.local(0)), path);

    assertThat(answer.statusCode()).isEqualTo(path.equals("/nowhere") ? 404 : 200);
    assertThat(answer.headers().firstValue("content-security-policy"))
        .hasValueSatisfying(
            policy -> assertThat(policy).contains("default-src 'none'").doesNotContain("unsafe"));
    assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
    assertThat(answer.headers().firstValue("referrer-policy")).hasValue("no-referrer");
  }

  @Test
  void page_needsNothingFromElsewhereAndNothingInline() throws Exception {
    String page = get(start(HttpSettings.local(0)), "/").body();

    assertThat(page).contains("<title>losswatch</title>", "src=\"/page.js\"");
    assertThat(page).doesNotContain("http:", "https:", "<style", "onclick", "javascript:");
  }

  @Test
  void losses_areTheBoardsRowsAndPoints() throws Exception {
    HttpService service = start(HttpSettings.local(0));
    board.add(Published.published(Map.of("region", "eu"), 10, 1.5, 3));
    board.add(Published.published(Map.of("region", "eu"), 20, Double.NaN, 3));
    JsonNode row = json(get(service, "/losses").body()).path("rows").path(0);

    assertThat(row.path("slice").path("region").asText()).isEqualTo("eu");
    assertThat(row.path("mean").isNull()).as("NaN is no number of JSON").isTrue();
    assertThat(row.path("count").asLong()).isEqualTo(3);
    assertThat(get(service, "/losses/" + row.path("id").asInt()).body())
        .isEqualTo("{\"points\":[[10000,1.5],[20000,null]]}");
    assertThat(get(service, "/losses/99").body()).isEqualTo("{\"points\":[]}");
  }

  @Test
  void health_ofAStreamThatHasNotBegun_isLiveAndNotReady() throws Exception {
    HttpService service = start(HttpSettings.local(0));

    assertThat(get(service, "/health/live").statusCode()).isEqualTo(200);
    HttpResponse<String> ready = get(service, "/health/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(json(ready.body()).path("status").asText()).isEqualTo("not-ready");
    assertThat(json(ready.body()).path("reasons"))
        .extracting(JsonNode::asText)
        .containsExactly("evaluate opens its clients", "roll opens its clients");
  }

  @Test
  void metrics_areTextForPrometheus() throws Exception {
    HttpResponse<String> answer = get(start(HttpSettings.local(0)), "/metrics");

    assertThat(answer.body()).isEqualTo("some_metric 1.0\n");
    assertThat(answer.headers().firstValue("content-type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
  }

  @Test
  void head_isAnsweredWithoutABody() throws Exception {
    HttpResponse<String> answer = send(start(HttpSettings.local(0)), "HEAD", "/metrics");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
  void otherMethods_areRefused(String method) throws Exception {
    HttpResponse<String> answer = send(start(HttpSettings.local(0)), method, "/");

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("allow")).hasValue("GET, HEAD");
  }

  @Test
  void answer_neverRepeatsWhatWasAsked() throws Exception {
    HttpService service = start(HttpSettings.local(0));
    HttpResponse<String> answer = get(service, "/planted?planted=planted", "planted", "planted");

    assertThat(answer.body()).doesNotContain("planted");
    assertThat(answer.headers().map().toString()).doesNotContain("planted");
  }

  @Test
  void token_isAskedForButForHealth() throws Exception {
    HttpService service = start(new HttpSettings("127.0.0.1", 0, TOKEN, null));
    String basic =
        Base64.getEncoder().encodeToString(("me:" + TOKEN).getBytes(StandardCharsets.UTF_8));

    HttpResponse<String> refused = get(service, "/metrics");
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().allValues("www-authenticate"))
        .containsExactly("Bearer", "Basic realm=\"losswatch\"");
    for (String path : List.of("/", "/page.js", "/losses", "/losses/1", "/nowhere")) {
      assertThat(get(service, path).statusCode()).as(path).isEqualTo(401);
    }
    assertThat(get(service, "/health/live").statusCode()).isEqualTo(200);
    assertThat(get(service, "/metrics", "Authorization", "Bearer " + TOKEN).statusCode())
        .isEqualTo(200);
    assertThat(get(service, "/", "Authorization", "Basic " + basic).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Bearer", "Bearer ", "Bearer a-token-of-some-lengt", "Basic !", "Digest x"})
  void token_thatIsWrong_isRefused(String authorization) throws Exception {
    HttpService service = start(new HttpSettings("127.0.0.1", 0, TOKEN, null));

    assertThat(get(service, "/metrics", "Authorization", authorization).statusCode())
        .isEqualTo(401);
  }

  @Test
  void name_thatIsNotOfTheLoopback_isRefusedWithoutAToken() throws Exception {
    HttpService service = start(HttpSettings.local(0));

    assertThat(raw(service, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")).contains(" 421 ");
    assertThat(raw(service, "GET / HTTP/1.1\r\nHost: localhost:8080\r\n\r\n")).contains(" 200 ");
    assertThat(raw(service, "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n")).contains(" 200 ");
  }

  @Test
  void requests_thatAreTooLargeOrHaveABody_areRefused() throws Exception {
    HttpService service = start(HttpSettings.local(0));
    String host = "Host: localhost\r\n";

    assertThat(raw(service, "GET /" + "a".repeat(3000) + " HTTP/1.1\r\n" + host + "\r\n"))
        .contains(" 414 ", "x-content-type-options: nosniff", "default-src 'none'");
    assertThat(raw(service, "GET / HTTP/1.1\r\n" + host + "a: " + "b".repeat(9000) + "\r\n\r\n"))
        .containsPattern("^HTTP/1.1 4(13|31) ")
        .contains("x-content-type-options: nosniff", "default-src 'none'");
    assertThat(raw(service, "GET / HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\n"))
        .contains(" 413 ");
    assertThat(get(service, "/losses/99999999999").statusCode()).isEqualTo(404);
  }

  @Test
  void request_thatTakesTooLong_losesItsConnectionThoughItNeverFallsSilent() throws Exception {
    HttpService service = start(HttpSettings.local(0), Duration.ofMillis(500));
    try (Socket socket = connect(service)) {
      OutputStream out = socket.getOutputStream();
      out.write("GET / HTTP/1.1\r\nHost: localhost\r\n".getBytes(StandardCharsets.US_ASCII));

      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 10_000; i++) {
                  out.write('a');
                  out.flush();
                  LockSupport.parkNanos(20_000_000);
                }
              })
          .as("sending goes on until the other end is gone")
          .isInstanceOf(SocketException.class);
    }
  }

  @Test
  void connection_isKeptForTheNextRequest_andThenClosed() throws Exception {
    HttpService service = start(HttpSettings.local(0), Duration.ofMillis(500));
    try (Socket socket = connect(service)) {
      for (int i = 0; i < 3; i++) {
        assertThat(isAnswered(socket)).isTrue();
      }
      assertThat(socket.getInputStream().readAllBytes()).as("until the end").isNotEmpty();
    }
  }

  @Test
  void connections_beyondTheLimit_areClosed() throws Exception {
    HttpService service = start(HttpSettings.local(0));
    List<Socket> open = new ArrayList<>();
    try {
      int port = URI.create(service.url()).getPort();
      int answered = 0;
      for (int i = 0; i < 70; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        open.add(socket);
        socket.setSoTimeout(60_000);
        answered += isAnswered(socket) ? 1 : 0;
      }
      assertThat(answered).isEqualTo(64);
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  private static boolean isAnswered(Socket socket) {
    try {
      socket
          .getOutputStream()
          .write("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return socket.getInputStream().read() >= 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void port_inUse_isNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> start(HttpSettings.local(taken.getLocalPort())))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("http: 127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("cannot be listened on");
    }
  }

  @Test
  void tls_withoutItsFiles_isNamed() {
    HttpSettings settings =
        new HttpSettings(
            "127.0.0.1", 0, TOKEN, new HttpSettings.Tls(Path.of("no.pem"), Path.of("no.key")));

    assertThatThrownBy(() -> start(settings))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("http.tls: the file no.pem cannot be read");
  }

  @Test
  void settings_boundElsewhereWithoutAToken_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HttpSettings("0.0.0.0", 0, null, null))
        .withMessageContaining("without a token only a loopback address");
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }
}
