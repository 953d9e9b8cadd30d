package io.losswatch.deploy.http;

import java.nio.charset.StandardCharsets;

/** What is sent back. Immutable: nobody writes into its body. */
final class Answer {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json; charset=utf-8";

  private final int status;
  private final String contentType;
  private final byte[] body;

  Answer(int status, String contentType, byte[] body) {
    this.status = status;
    this.contentType = contentType;
    this.body = body;
  }

  /** A few words for whoever reads the answer; they never repeat what was asked. */
  static Answer text(int status, String words) {
    return of(status, TEXT, words + "\n");
  }

  static Answer json(int status, String json) {
    return of(status, JSON, json);
  }

  static Answer of(int status, String contentType, String body) {
    return new Answer(status, contentType, body.getBytes(StandardCharsets.UTF_8));
  }

  int status() {
    return status;
  }

  String contentType() {
    return contentType;
  }

  byte[] body() {
    return body;
  }
}
