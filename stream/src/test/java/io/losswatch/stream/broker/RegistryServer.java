package io.losswatch.stream.broker;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;

/** A real schema registry in a process of its own: Apicurio, which speaks Confluent's API. */
public final class RegistryServer implements AutoCloseable {
  private static final Path JAR =
      Path.of("target", "apicurio", "apicurio-registry-app-2.6.13.Final-runner.jar");

  private final JavaProcess process;
  private final URI url;

  private RegistryServer(JavaProcess process, URI url) {
    this.process = process;
    this.url = url;
  }

  /** An empty registry. */
  public static RegistryServer start() throws IOException, InterruptedException {
    int port = NodeDirectory.freePort();
    JavaProcess process =
        JavaProcess.startJar(
            line -> line.contains("Listening on: "),
            List.of("-Xmx256m", "-Dquarkus.http.host=127.0.0.1", "-Dquarkus.http.port=" + port),
            JAR);
    return new RegistryServer(process, URI.create("http://127.0.0.1:" + port + "/apis/ccompat/v7"));
  }

  /** Where its API is. */
  public URI url() {
    return url;
  }

  /** It takes connections and says nothing. */
  public void suspend() throws IOException, InterruptedException {
    process.suspend();
  }

  /** It goes on. */
  public void resume() throws IOException, InterruptedException {
    process.resume();
  }

  /** Whether something is registered under a subject. */
  public boolean knows(String subject) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/subjects/" + subject + "/versions")).build();
    try {
      return HttpClient.newHttpClient()
              .send(request, HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** From now on new versions under a subject have to be able to read what older ones wrote. */
  public void demandCompatibility(String subject) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/config/" + subject))
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString("{\"compatibility\":\"BACKWARD\"}"))
            .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(response.statusCode() + " " + response.body());
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
