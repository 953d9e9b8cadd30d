package io.losswatch.stream.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A child JVM with the class path of the tests. Its output is kept for the message of a failure.
 */
public final class JavaProcess implements AutoCloseable {
  private static final int STARTUP_SECONDS = 60;

  private final Process process;
  private final List<String> output = new ArrayList<>();
  private final CountDownLatch ready = new CountDownLatch(1);

  private final Thread reader;

  private JavaProcess(Process process, Predicate<String> isReady) {
    this.process = process;
    reader = new Thread(() -> read(isReady), "output-of-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts a main class and waits for the line that says it is ready. */
  public static JavaProcess start(
      Predicate<String> isReady, List<String> jvmFlags, String mainClass, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmFlags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(mainClass);
    command.addAll(List.of(arguments));
    JavaProcess started =
        new JavaProcess(new ProcessBuilder(command).redirectErrorStream(true).start(), isReady);
    if (!started.ready.await(STARTUP_SECONDS, TimeUnit.SECONDS) || !started.process.isAlive()) {
      started.close();
      throw new IllegalStateException(mainClass + " did not start:\n" + started.output());
    }
    return started;
  }

  /** SIGKILL: nothing is finished, nothing is closed. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** SIGTERM. */
  public int terminate() throws InterruptedException {
    // the handle, since Process.destroy closes the streams before the last words
    process.toHandle().destroy();
    if (!process.waitFor(STARTUP_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("does not end on SIGTERM:\n" + output());
    }
    reader.join();
    return process.exitValue();
  }

  /** True until it has ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it has printed. */
  public String output() {
    synchronized (output) {
      return String.join("\n", output);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private void read(Predicate<String> isReady) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (output) {
          output.add(line);
        }
        if (isReady.test(line)) {
          ready.countDown();
        }
      }
    } catch (IOException e) {
      // the process was killed
    }
    ready.countDown();
  }
}
