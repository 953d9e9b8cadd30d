package io.losswatch.deploy.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask. With a token: who sends it, as {@code Bearer}, or as the password of {@code Basic},
 * which is what a browser asks its user for. Without one the address is a loopback one, and who
 * asks must have called it so: a page of somebody else's whose name was pointed here has not.
 */
final class Access {
  private static final String BEARER = "bearer ";
  private static final String BASIC = "basic ";
  private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

  private final byte @Nullable [] tokenDigest;
  private final String host;

  Access(@Nullable String token, String host) {
    this.tokenDigest = token == null ? null : digest(token);
    this.host = host.toLowerCase(Locale.ROOT);
  }

  /** True if the name in {@code Host} is one of this server's. */
  boolean isMeant(HttpHeaders headers) {
    if (tokenDigest != null) {
      return true;
    }
    String name = headers.get(HttpHeaderNames.HOST, "").toLowerCase(Locale.ROOT);
    int colon = name.lastIndexOf(':');
    String bare = colon > name.lastIndexOf(']') ? name.substring(0, colon) : name;
    return LOCAL.contains(bare) || bare.equals(host);
  }

  /** True if the token was sent, or none is asked for. */
  boolean isAllowed(HttpHeaders headers) {
    if (tokenDigest == null) {
      return true;
    }
    String sent = sent(headers.get(HttpHeaderNames.AUTHORIZATION, ""));
    // digests have one length, so that the comparison tells nothing of the token's
    return MessageDigest.isEqual(tokenDigest, digest(sent));
  }

  private static String sent(String authorization) {
    String lower = authorization.toLowerCase(Locale.ROOT);
    if (lower.startsWith(BEARER)) {
      return authorization.substring(BEARER.length()).strip();
    }
    return lower.startsWith(BASIC) ? password(authorization.substring(BASIC.length())) : "";
  }

  private static String password(String credentials) {
    try {
      String decoded =
          new String(Base64.getDecoder().decode(credentials.strip()), StandardCharsets.UTF_8);
      return decoded.substring(decoded.indexOf(':') + 1);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
