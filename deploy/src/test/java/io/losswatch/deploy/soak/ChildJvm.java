package io.losswatch.deploy.soak;

import io.losswatch.deploy.cli.Losswatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A command of losswatch in a JVM of its own. Its output is appended to a file. */
public final class ChildJvm implements AutoCloseable {
  private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern AFTER_COLLECTION = Pattern.compile("\\d+M->(\\d+)M");

  private final Process process;
  private final Path output;
  private final Path collections;

  private ChildJvm(Process process, Path output, Path collections) {
    this.process = process;
    this.output = output;
    this.collections = collections;
  }

  /**
   * Starts a command.
   *
   * @param name of its files
   * @param heap such as {@code 256m}
   */
  static ChildJvm start(Path directory, String name, String heap, List<String> arguments)
      throws IOException {
    return start(directory, name, heap, arguments, Map.of());
  }

  /**
   * Starts a command.
   *
   * @param name of its files
   * @param heap such as {@code 256m}
   * @param environment besides that of this process
   */
  public static ChildJvm start(
      Path directory,
      String name,
      String heap,
      List<String> arguments,
      Map<String, String> environment)
      throws IOException {
    Path output = directory.resolve(name + ".out");
    Path collections = directory.resolve(name + ".gc");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    command.add("-Xlog:gc:file=" + collections + "::filecount=0");
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      command.add("--add-modules=jdk.incubator.vector");
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Losswatch.class.getName());
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.environment().putAll(environment);
    return new ChildJvm(builder.start(), output, collections);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL: nothing is finished, nothing is closed. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM. */
  public void terminate() throws InterruptedException {
    process.toHandle().destroy();
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      throw new IllegalStateException("does not end on SIGTERM: " + output);
    }
  }

  /** The exit code, when it has ended by itself. */
  public int join() throws InterruptedException {
    return process.waitFor();
  }

  /** All that processes of this name have printed. */
  public String output() throws IOException {
    return Files.readString(output);
  }

  /** Memory of the process in MB; 0 where there is no /proc, or no process any more. */
  long residentMegabytes() {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    try {
      Matcher matcher = RSS.matcher(Files.readString(status));
      return matcher.find() ? Long.parseLong(matcher.group(1)) / 1024 : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /** Heap in MB behind the last collection; 0 before the first one. */
  long liveMegabytes() {
    try {
      Matcher matcher = AFTER_COLLECTION.matcher(Files.readString(collections));
      long last = 0;
      while (matcher.find()) {
        last = Long.parseLong(matcher.group(1));
      }
      return last;
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
