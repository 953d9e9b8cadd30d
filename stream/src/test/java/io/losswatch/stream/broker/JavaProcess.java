package io.losswatch.stream.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
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
    JavaProcess started = launch(isReady, jvmFlags, mainClass, arguments);
    started.awaitReady();
    return started;
  }

  /** Starts a main class and does not wait. */
  public static JavaProcess launch(
      Predicate<String> isReady, List<String> jvmFlags, String mainClass, String... arguments)
      throws IOException {
    List<String> main = new ArrayList<>();
    main.add("-cp");
    main.add(System.getProperty("java.class.path"));
    main.add(mainClass);
    main.addAll(List.of(arguments));
    return launch(isReady, jvmFlags, main);
  }

  /** Starts the main class of a jar and waits for the line that says it is ready. */
  static JavaProcess startJar(Predicate<String> isReady, List<String> jvmFlags, Path jar)
      throws IOException, InterruptedException {
    JavaProcess started = launch(isReady, jvmFlags, List.of("-jar", jar.toString()));
    started.awaitReady();
    return started;
  }

  private static JavaProcess launch(
      Predicate<String> isReady, List<String> jvmFlags, List<String> main) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmFlags);
    command.addAll(main);
    return new JavaProcess(new ProcessBuilder(command).redirectErrorStream(true).start(), isReady);
  }

  /** Waits for the line that says it is ready. */
  public void awaitReady() throws InterruptedException {
    if (!ready.await(STARTUP_SECONDS, TimeUnit.SECONDS) || !process.isAlive()) {
      close();
      throw new IllegalStateException("did not start:\n" + output());
    }
  }

  /** SIGKILL: nothing is finished, nothing is closed. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** SIGSTOP: alive to itself, dead to everybody else. Returns when it stands still. */
  public void suspend() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT: goes on where it stood, as if no time had passed. */
  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    if (code != 0) {
      throw new IllegalStateException("kill -" + name + " ended with " + code);
    }
  }

  /**
   * Waits until it ends by itself.
   *
   * @return its exit code
   */
  public int awaitExit(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException(
          "has not ended within " + patience + ":\n" + output() + "\n" + threads());
    }
    reader.join();
    return process.exitValue();
  }

  /** What its threads do now, for the message of a failure. */
  public String threads() {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    try {
      Process dump =
          new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), "Thread.print")
              .redirectErrorStream(true)
              .start();
      return new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "no thread dump: " + e;
    }
  }

  /** SIGTERM. */
  public int terminate() throws InterruptedException {
    // the handle, since Process.destroy closes the streams before the last words
    process.toHandle().destroy();
    return awaitExit(Duration.ofSeconds(STARTUP_SECONDS));
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
