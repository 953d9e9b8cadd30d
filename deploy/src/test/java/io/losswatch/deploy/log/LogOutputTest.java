package io.losswatch.deploy.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogOutputTest {
  private final PrintStream original = System.err;

  @AfterEach
  void restore() {
    System.setErr(original);
    LogOutput.set(LogOutput.Format.TEXT, false);
  }

  @Test
  void text_quiet_hasOursAndTheWarningsOfClients() {
    assertThat(logged(LogOutput.Format.TEXT, false).lines())
        .hasSize(2)
        .satisfiesExactly(
            line -> assertThat(line).matches("\\d{4}-.*Z? INFO  losswatch - records=1"),
            line -> assertThat(line).endsWith("WARN  NetworkClient - gone"));
  }

  @Test
  void text_verbose_hasMore() {
    assertThat(logged(LogOutput.Format.TEXT, true))
        .contains("losswatch - detail", "NetworkClient - connected", "BrokerServer - started");
  }

  @Test
  void exception_hasItsTraceOnlyInVerbose() {
    assertThat(failed(false))
        .contains("java.lang.IllegalStateException: outer", "Caused by: ", "inner")
        .doesNotContain("\tat ");
    assertThat(failed(true)).contains("\tat ");
  }

  private static String failed(boolean isVerbose) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    LogOutput.set(LogOutput.Format.TEXT, isVerbose);
    LoggerFactory.getLogger("io.losswatch")
        .error("failed", new IllegalStateException("outer", new IllegalArgumentException("inner")));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void json_isOneObjectALineWithTheWholeMessage() {
    assertThat(logged(LogOutput.Format.JSON, false).lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("{") && line.endsWith("}"))
        .first()
        .asString()
        .contains("\"level\":\"INFO\"", "\"formattedMessage\":\"records=1\"");
  }

  private static String logged(LogOutput.Format format, boolean isVerbose) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    LogOutput.set(format, isVerbose);
    LoggerFactory.getLogger("io.losswatch").debug("detail");
    LoggerFactory.getLogger("io.losswatch").info("records={}", 1);
    LoggerFactory.getLogger("org.apache.kafka.clients.NetworkClient").info("connected");
    LoggerFactory.getLogger("org.apache.kafka.clients.NetworkClient").warn("gone");
    LoggerFactory.getLogger("kafka.server.BrokerServer").error("started");
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
