package io.losswatch.deploy.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The Kafka Streams application in a process of its own, which ends when this one does: Kafka
 * Streams needs the clients of its own release, which may be an older one.
 */
final class StreamsProcess implements AutoCloseable {
  /** What stands before a rate in the process's output. */
  static final String RATE = "bytes a second: ";

  private final Process process;
  private final BufferedReader output;
  private final Writer input;

  private StreamsProcess(Process process) {
    this.process = process;
    output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    input =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts an application for a topic.
   *
   * @param directory of the jars of Kafka Streams and of its clients
   */
  static StreamsProcess start(Path directory, Kafka kafka, BenchTopic topic) throws IOException {
    return new StreamsProcess(
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:MaxRAMPercentage=30",
                    "-cp",
                    // its own clients are found first
                    String.join(
                        System.getProperty("path.separator"),
                        directory.resolve("*").toString(),
                        System.getProperty("java.class.path")),
                    StreamsReading.class.getName(),
                    kafka.bootstrapServers(),
                    topic.name(),
                    Long.toString(topic.records()),
                    Long.toString(topic.bytes())))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /**
   * Reads the whole topic.
   *
   * @param applicationId nobody else has had
   * @return payload bytes a second
   */
  double read(String applicationId) throws IOException {
    input.write(applicationId + "\n");
    input.flush();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(RATE)) {
        return Double.parseDouble(line.substring(RATE.length()));
      }
    }
    throw new IOException("Kafka Streams has ended");
  }

  @Override
  public void close() throws IOException {
    input.close();
    process.destroy();
  }
}
