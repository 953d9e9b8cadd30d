package io.losswatch.deploy.metrics;

import io.losswatch.deploy.http.HttpService;
import io.losswatch.deploy.http.HttpSettings;
import io.losswatch.deploy.http.LossBoard;
import io.losswatch.deploy.http.Pages;
import io.losswatch.stream.LossStream;
import java.io.IOException;
import reactor.core.Disposable;

/** What is shown of a stream: its losses, metrics and health over HTTP, until it is closed. */
public final class Exposition implements AutoCloseable {
  private final ServiceMetrics metrics;
  private final Disposable listening;
  private final HttpService service;

  private Exposition(ServiceMetrics metrics, Disposable listening, HttpService service) {
    this.metrics = metrics;
    this.listening = listening;
    this.service = service;
  }

  /**
   * Begins to listen, to the stream and on the port.
   *
   * @param version of the service
   * @throws IOException with the place, if that cannot be
   */
  public static Exposition open(HttpSettings settings, LossStream stream, String version)
      throws IOException {
    LossBoard board = new LossBoard(() -> stream.counts().standing());
    ServiceMetrics metrics = new ServiceMetrics(stream, board, version);
    Disposable listening = stream.published().subscribe(board::add);
    try {
      HttpService service = HttpService.start(settings, new Pages(stream, board, metrics::scrape));
      return new Exposition(metrics, listening, service);
    } catch (IOException | RuntimeException e) {
      listening.dispose();
      metrics.close();
      throw e;
    }
  }

  /** Where people look. */
  public String url() {
    return service.url();
  }

  @Override
  public void close() {
    service.close();
    listening.dispose();
    metrics.close();
  }
}
