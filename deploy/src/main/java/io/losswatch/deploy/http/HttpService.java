package io.losswatch.deploy.http;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.SslProvider;

/**
 * The server: answers GET and HEAD for {@link Pages}, to those who have {@link Access}; health is
 * for everybody. What anybody may send is small: a line of 2 KB, headers of 8 KB, no body, and at
 * most 64 connections at a time, each of which has 30 s for a request and 30 s for its answer.
 */
public final class HttpService implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpService.class);
  private static final int MAX_LINE = 2048;
  private static final int MAX_HEADERS = 8192;
  private static final int MAX_CONNECTIONS = 64;
  private static final int MAX_REQUESTS = 10_000;
  private static final Duration STEP = Duration.ofSeconds(30);
  private static final Duration CLOSING = Duration.ofMillis(500);

  private final Pages pages;
  private final Access access;
  private final boolean isSecure;
  private final Duration step;
  private final ShutIn shutIn = new ShutIn();
  private final LoopResources loops = LoopResources.create("losswatch-http", 1, true);
  private final AtomicInteger connections = new AtomicInteger();
  private @Nullable DisposableServer server;

  private HttpService(Pages pages, HttpSettings settings, Duration step) {
    this.pages = pages;
    this.step = step;
    this.access = new Access(settings.token(), settings.host());
    this.isSecure = settings.tls() != null;
  }

  /**
   * Listens.
   *
   * @throws IOException with the place, if the port is in use or the files of TLS are no good
   */
  public static HttpService start(HttpSettings settings, Pages pages) throws IOException {
    return start(settings, pages, STEP);
  }

  /** The same with another time for a request, and for an answer. */
  static HttpService start(HttpSettings settings, Pages pages, Duration step) throws IOException {
    HttpService service = new HttpService(pages, settings, step);
    try {
      service.server = service.configured(settings).bindNow();
      return service;
    } catch (IOException e) {
      service.close();
      throw e;
    } catch (RuntimeException e) {
      service.close();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "http: %s:%d cannot be listened on: %s"
              .formatted(settings.host(), settings.port(), cause.getMessage()),
          e);
    }
  }

  /** Where people look, such as {@code http://127.0.0.1:8080/}. */
  public String url() {
    DisposableServer bound = server;
    if (bound == null) {
      throw new IllegalStateException("it does not listen");
    }
    InetSocketAddress address = (InetSocketAddress) bound.address();
    String host = address.getAddress().getHostAddress();
    String name = host.contains(":") ? "[" + host + "]" : host;
    return (isSecure ? "https://" : "http://") + name + ":" + address.getPort() + "/";
  }

  @Override
  public void close() {
    DisposableServer bound = server;
    if (bound != null) {
      bound.disposeNow(CLOSING);
    }
    loops.disposeLater(Duration.ZERO, CLOSING).block(CLOSING.multipliedBy(2));
  }

  private HttpServer configured(HttpSettings settings) throws IOException {
    HttpServer plain =
        HttpServer.create()
            .host(settings.host())
            .port(settings.port())
            .runOn(loops, false)
            .httpRequestDecoder(limits ->
                limits
                    .maxInitialLineLength(MAX_LINE)
                    .maxHeaderSize(MAX_HEADERS)
                    .h2cMaxContentLength(0))
            .requestTimeout(step)
            .maxKeepAliveRequests(MAX_REQUESTS)
            .doOnChannelInit((observer, channel, remote) -> bound(channel.pipeline()))
            .doOnConnection(this::admit)
            .handle(this::answer);
    HttpSettings.Tls tls = settings.tls();
    return tls == null ? plain : secured(plain, tls);
  }

  /** Behind the codec, so that what the server answers by itself passes too. */
  private void bound(ChannelPipeline pipeline) {
    pipeline.addAfter(NettyPipeline.HttpCodec, "losswatch.shut-in", shutIn);
    pipeline.addAfter(NettyPipeline.HttpCodec, "losswatch.step", new StepTimeout(step));
  }

  private static HttpServer secured(HttpServer plain, HttpSettings.Tls tls) throws IOException {
    readable(tls.certificate());
    readable(tls.privateKey());
    try {
      SslProvider.GenericSslContextSpec<?> context =
          Http11SslContextSpec.forServer(tls.certificate().toFile(), tls.privateKey().toFile());
      return plain.secure(secure -> secure.sslContext(context));
    } catch (RuntimeException e) {
      throw new IOException("http.tls: the files are no certificate and its private key", e);
    }
  }

  private static void readable(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException("http.tls: the file " + file + " cannot be read");
    }
  }

  private void admit(Connection connection) {
    int now = connections.incrementAndGet();
    connection.onDispose(connections::decrementAndGet);
    if (now > MAX_CONNECTIONS) {
      connection.dispose();
    }
  }

  private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
    Answer answer = answer(request);
    response.status(HttpResponseStatus.valueOf(answer.status()));
    response.header(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
    response.header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(answer.body().length));
    if (answer.status() == 401) {
      response.addHeader(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
      response.addHeader(HttpHeaderNames.WWW_AUTHENTICATE, "Basic realm=\"losswatch\"");
    } else if (answer.status() == 405) {
      response.header(HttpHeaderNames.ALLOW, "GET, HEAD");
    }
    if (hasBody(request.requestHeaders())) {
      // it is not read, and so nothing behind it can be
      response.keepAlive(false);
    }
    return request.method().equals(HttpMethod.HEAD)
        ? response.send()
        : response.sendByteArray(Mono.just(answer.body()));
  }

  private Answer answer(HttpServerRequest request) {
    HttpHeaders headers = request.requestHeaders();
    String path = path(request.uri());
    if (!access.isMeant(headers)) {
      return Answer.text(421, "this server has another name");
    }
    if (!path.startsWith(Pages.HEALTH) && !access.isAllowed(headers)) {
      return Answer.text(401, "a token is asked for");
    }
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      return Answer.text(405, "only GET and HEAD");
    }
    if (hasBody(headers)) {
      return Answer.text(413, "a request has no body here");
    }
    try {
      return pages.at(path);
    } catch (RuntimeException e) {
      log.warn("a page failed: {}", e.toString());
      return Answer.text(500, "it failed; the log says why");
    }
  }

  private static String path(String uri) {
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  private static boolean hasBody(HttpHeaders headers) {
    return headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
        || !"0".equals(headers.get(HttpHeaderNames.CONTENT_LENGTH, "0"));
  }
}
