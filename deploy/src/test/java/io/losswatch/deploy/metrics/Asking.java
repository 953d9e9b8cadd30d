package io.losswatch.deploy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Asks over HTTP, again and again where something takes time. */
final class Asking {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private Asking() {}

  /** The answer; one of status 0 if nobody answers. */
  static Answer get(String url) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofMinutes(1)).build();
      HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body());
    } catch (IOException e) {
      return new Answer(0, e.toString());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Status and body. */
  record Answer(int status, String body) {
    JsonNode json() {
      try {
        return new ObjectMapper().readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException(body, e);
      }
    }
  }

  static void await(BooleanSupplier condition, Supplier<String> otherwise) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(otherwise).isLessThan(deadline);
      LockSupport.parkNanos(100_000_000);
    }
  }
}
