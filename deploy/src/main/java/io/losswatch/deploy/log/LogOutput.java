package io.losswatch.deploy.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * The configuration of logback, in code: reading its XML would cost a tenth of a second at every
 * start. Logback finds it as a service, so that nothing is noisy before the command line is read.
 */
public final class LogOutput extends ContextAwareBase implements Configurator {
  /** By logger; the broker's own failures come as exceptions to whoever starts it. */
  private static final Map<String, Level> QUIET =
      Map.of(
          Logger.ROOT_LOGGER_NAME,
          Level.WARN,
          "io.losswatch",
          Level.INFO,
          "org.apache.kafka",
          Level.ERROR,
          "org.apache.kafka.clients",
          Level.WARN,
          // it complains of what it then retries; what it cannot heal comes as an exception
          "org.apache.kafka.clients.producer.internals.Sender",
          Level.ERROR,
          "kafka",
          Level.OFF);

  private static final Map<String, Level> VERBOSE =
      Map.of(
          Logger.ROOT_LOGGER_NAME,
          Level.INFO,
          "io.losswatch",
          Level.DEBUG,
          "org.apache.kafka",
          Level.INFO,
          "org.apache.kafka.clients",
          Level.INFO,
          // prints each property as config providers have resolved it
          "org.apache.kafka.common.config.AbstractConfig",
          Level.WARN,
          "kafka",
          Level.INFO);

  /** For logback. */
  public LogOutput() {}

  /** How a line looks. */
  public enum Format {
    /** Time, level, logger and message. */
    TEXT,
    /** One JSON object. */
    JSON
  }

  /**
   * Sets format and loudness, from now on.
   *
   * @param isVerbose true: INFO of all, and DEBUG of losswatch
   */
  public static void set(Format format, boolean isVerbose) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    apply(context, format, isVerbose);
  }

  /**
   * Silences complaints about connections: for a command that reports them itself, and for the
   * clients within an embedded broker, which complain when it stops.
   */
  public static void silenceConnections() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger("org.apache.kafka.clients.NetworkClient").setLevel(Level.ERROR);
  }

  /**
   * Silences all clients: where broker, service and a live table share a process, a transaction
   * that follows the one before so soon that the broker asks for patience would tear the table.
   */
  public static void silenceClients() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger("org.apache.kafka.clients").setLevel(Level.ERROR);
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    apply(context, Format.TEXT, false);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static void apply(LoggerContext context, Format format, boolean isVerbose) {
    Encoder<ILoggingEvent> encoder = format == Format.JSON ? json() : pattern(context, isVerbose);
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    (isVerbose ? VERBOSE : QUIET).forEach((name, level) -> context.getLogger(name).setLevel(level));
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
  }

  private static JsonEncoder json() {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithMDC(false);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithFormattedMessage(true);
    return encoder;
  }

  /** Where an exception came from is said when it is asked for, as a command's own failure is. */
  private static PatternLayoutEncoder pattern(LoggerContext context, boolean isVerbose) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(
        "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} - %msg%n"
            + (isVerbose ? "%ex" : "%ex{0}"));
    return encoder;
  }
}
