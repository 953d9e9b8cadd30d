package io.losswatch.deploy.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.losswatch.deploy.http.HttpSettings;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code http}: where the service listens, and to whom. */
final class HttpReading {
  private final JsonNode http;

  HttpReading(JsonNode tree) {
    this.http = tree.path("http");
  }

  void check(List<Problem> problems) {
    String host = text(http, "host");
    if (!http.has("token") && !HttpSettings.isLoopback(host)) {
      problems.add(
          new Problem(
              "http.host",
              "'%s' is refused: others could reach it, and nobody is asked for a token; allowed: with http.token, or a loopback address such as 127.0.0.1"
                  .formatted(host)));
    }
    JsonNode tls = http.path("tls");
    for (String key : List.of("certificate", "private-key")) {
      String other = key.equals("certificate") ? "private-key" : "certificate";
      if (tls.has(key)) {
        checkFile(tls.path(key).asText(), "http.tls." + key, problems);
      } else if (tls.has(other)) {
        problems.add(new Problem("http.tls." + key, "is missing; allowed: both, or neither"));
      }
    }
  }

  private static void checkFile(String file, String path, List<Problem> problems) {
    boolean isReadable;
    try {
      isReadable = Files.isReadable(Path.of(file)) && Files.isRegularFile(Path.of(file));
    } catch (InvalidPathException e) {
      isReadable = false;
    }
    if (!isReadable) {
      problems.add(
          new Problem(
              path,
              "%s is refused: it cannot be read; allowed: a PEM file"
                  .formatted(Secrets.quoted(path, file))));
    }
  }

  HttpSettings settings() {
    String token = text(http, "token");
    return new HttpSettings(
        text(http, "host"),
        Integer.parseInt(text(http, "port")),
        token.isEmpty() ? null : token,
        tls(http.path("tls")));
  }

  private static HttpSettings.@Nullable Tls tls(JsonNode tls) {
    return tls.has("certificate")
        ? new HttpSettings.Tls(Path.of(text(tls, "certificate")), Path.of(text(tls, "private-key")))
        : null;
  }

  private static String text(JsonNode parent, String key) {
    return parent.path(key).asText();
  }
}
