package io.losswatch.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A registry that speaks Confluent's HTTP API. An answer takes {@link #TIMEOUT} and {@link
 * #MAX_BYTES} at most. Redirects are not followed, so that credentials go nowhere else. Immutable.
 */
public final class HttpRegistry implements SchemaRegistry {
  /** From the request to the last byte of its answer; a partition that waits is revoked by then. */
  static final Duration TIMEOUT = Duration.ofSeconds(3);

  /** Far more than any schema whose records are worth reading. */
  static final int MAX_BYTES = 4 << 20;

  /** A schema with all that it refers to. */
  private static final int MAX_REFERENCES = 100;

  private static final int UNKNOWN_SCHEMA = 40_403;
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;
  private static final Set<Integer> DENIED = Set.of(401, 403);
  private static final String JSON = "application/vnd.schemaregistry.v1+json";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final String url;
  private final @Nullable String authorization;
  private final HttpClient client;

  private HttpRegistry(URI url, @Nullable String credentials) {
    String text = url.toString();
    this.url = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    this.authorization =
        credentials == null
            ? null
            : "Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
  }

  /**
   * The registry at a URL; nothing is asked yet.
   *
   * @param url http or https, with the path of the API if it has one
   * @param credentials {@code user:password}; null: none
   */
  public static HttpRegistry of(URI url, @Nullable String credentials) {
    return new HttpRegistry(url, credentials);
  }

  @Override
  public Schema find(SchemaId id) {
    Answer answer = get(id.path());
    if (isUnknown(answer, id)) {
      throw new RefusedException(
          Reason.UNKNOWN_SCHEMA, "the registry must know the writer's schema, but not " + id);
    }
    JsonNode found = answer.expect(200, this);
    String type = found.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new RefusedException(
          Reason.UNKNOWN_SCHEMA, "the writer's schema must be AVRO, but " + id + " is another");
    }
    try {
      return parse(found, new Schema.Parser(), new HashSet<>());
    } catch (AvroRuntimeException | IllegalArgumentException e) {
      throw new RefusedException(
          Reason.UNKNOWN_SCHEMA,
          "the writer's schema must parse, but " + id + " gives " + e.getClass().getSimpleName());
    }
  }

  /** What is referred to goes first, since one parser knows all that it has parsed. */
  private Schema parse(JsonNode found, Schema.Parser parser, Set<String> seen) {
    for (JsonNode reference : found.path("references")) {
      String path =
          "/subjects/"
              + encoded(reference.path("subject").asText())
              + "/versions/"
              + reference.path("version").asInt();
      if (seen.add(path)) {
        if (seen.size() > MAX_REFERENCES) {
          throw new IllegalArgumentException("a schema has at most 100 references");
        }
        parse(get(path).expect(200, this), parser, seen);
      }
    }
    return parser.parse(found.path("schema").asText());
  }

  /**
   * A proxy on the way or a wrong URL says 404 too, but not in the registry's words. A registry
   * that is too old for GUIDs has no words for one: then it is enough that it is a registry.
   */
  private boolean isUnknown(Answer answer, SchemaId id) {
    if (answer.status() != 404) {
      return false;
    }
    if (id.guid() != null && answer.body().path("error_code").asInt() != UNKNOWN_SCHEMA) {
      ping();
      return true;
    }
    return answer.body().path("error_code").asInt() == UNKNOWN_SCHEMA;
  }

  @Override
  public int register(String subject, String schema) {
    String path = "/subjects/" + encoded(subject);
    String text = MAPPER.createObjectNode().put("schema", schema).toString();
    Answer there = post(path, text);
    Answer answer = there.status() == 200 ? there : post(path + "/versions", text);
    if (answer.status() == CONFLICT || answer.status() == UNPROCESSABLE) {
      throw new IllegalStateException(
          "the registry must take our schema under %s, but refuses it: %s; take another topic or change the subject's compatibility"
              .formatted(subject, answer.said()));
    }
    if (DENIED.contains(answer.status())) {
      throw new IllegalStateException(
          "the registry at %s must let us register under %s, but answers %d"
              .formatted(url, subject, answer.status()));
    }
    return answer.expect(200, this).required("id").asInt();
  }

  @Override
  public void ping() {
    get("/subjects").expect(200, this);
  }

  private Answer get(String path) {
    return send(request(path).GET());
  }

  private Answer post(String path, String body) {
    return send(
        request(path).header("Content-Type", JSON).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).timeout(TIMEOUT).header("Accept", JSON);
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return request;
  }

  /** The client's own time-out ends with the answer's head, so the whole has one more. */
  private Answer send(HttpRequest.Builder builder) {
    HttpRequest request = builder.build();
    CompletableFuture<HttpResponse<byte[]>> sent =
        client.sendAsync(request, head -> new LimitedBody(MAX_BYTES));
    try {
      HttpResponse<byte[]> response = sent.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(response.statusCode(), json(response.body()), request.uri().getPath());
    } catch (TimeoutException e) {
      throw silent("no whole answer within " + TIMEOUT.toSeconds() + " s");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw silent(cause instanceof IOException ? String.valueOf(cause) : "" + cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw silent("interrupted");
    } finally {
      sent.cancel(true);
    }
  }

  private RegistryException silent(String why) {
    return new RegistryException("the registry at " + url + " gives no answer: " + why);
  }

  private static JsonNode json(byte[] body) {
    try {
      JsonNode tree = MAPPER.readTree(new String(body, StandardCharsets.UTF_8));
      return tree == null ? MAPPER.missingNode() : tree;
    } catch (JsonProcessingException e) {
      return MAPPER.missingNode();
    }
  }

  private static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** An answer; its body is missing if it is no JSON. */
  private record Answer(int status, JsonNode body, String path) {
    JsonNode expect(int expected, HttpRegistry registry) {
      if (status != expected || !(body.isObject() || body.isArray())) {
        throw new RegistryException(
            "the registry at %s answers %d to %s".formatted(registry.url, status, path));
      }
      return body;
    }

    String said() {
      String message = body.path("message").asText();
      return message.length() > 500 ? message.substring(0, 500) + "..." : message;
    }
  }

  @Override
  public String toString() {
    return url;
  }
}
