package io.losswatch.deploy.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the service listens, and to whom. Holds a secret, so it does not print it.
 *
 * @param host name or address to bind
 * @param port 0 takes a free one
 * @param token asked for when set; null: nobody is asked, and {@code host} is a loopback address
 * @param tls null: plain HTTP
 */
public record HttpSettings(String host, int port, @Nullable String token, @Nullable Tls tls) {
  public HttpSettings {
    if (token == null && !isLoopback(host)) {
      throw new IllegalArgumentException(
          "without a token only a loopback address may be bound, but the host is " + host);
    }
  }

  /**
   * PEM files.
   *
   * @param certificate the chain, the server's own first
   * @param privateKey PKCS #8, without a password
   */
  public record Tls(Path certificate, Path privateKey) {}

  /** On this machine alone. */
  public static HttpSettings local(int port) {
    return new HttpSettings("127.0.0.1", port, null, null);
  }

  /** True if a host can be reached from this machine alone; an unknown one cannot be bound. */
  public static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return "HttpSettings[" + host + ":" + port + "]";
  }
}
