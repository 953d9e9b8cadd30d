package io.losswatch.deploy.http;

import io.losswatch.stream.LossStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What there is to see, by path. Thread-safe. */
public final class Pages {
  static final String HEALTH = "/health/";

  private static final Pattern POINTS = Pattern.compile("/losses/([0-9]{1,9})");

  private final Map<String, Supplier<Answer>> byPath;
  private final LossBoard board;

  /**
   * The pages of a stream.
   *
   * @param board what is published
   * @param metrics in Prometheus's text format
   */
  public Pages(LossStream stream, LossBoard board, Supplier<String> metrics) {
    this.board = board;
    Answer page = resource("index.html", "text/html; charset=utf-8");
    Answer script = resource("page.js", "text/javascript; charset=utf-8");
    Answer style = resource("page.css", "text/css; charset=utf-8");
    this.byPath =
        Map.of(
            "/",
            () -> page,
            "/page.js",
            () -> script,
            "/page.css",
            () -> style,
            "/losses",
            () -> Answer.json(200, LossJson.rows(board)),
            "/metrics",
            () -> Answer.of(200, "text/plain; version=0.0.4; charset=utf-8", metrics.get()),
            HEALTH + "live",
            () -> HealthJson.live(stream.health()),
            HEALTH + "ready",
            () -> HealthJson.ready(stream.health()));
  }

  /** What is at a path, without its query. */
  Answer at(String path) {
    Supplier<Answer> page = byPath.get(path);
    if (page != null) {
      return page.get();
    }
    Matcher points = POINTS.matcher(path);
    return points.matches()
        ? Answer.json(200, LossJson.points(board, Integer.parseInt(points.group(1))))
        : Answer.text(404, "not found");
  }

  private static Answer resource(String name, String contentType) {
    try (InputStream in = Pages.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + name + " is missing");
      }
      return new Answer(200, contentType, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
