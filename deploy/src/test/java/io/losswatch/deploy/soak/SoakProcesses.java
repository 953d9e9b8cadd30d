package io.losswatch.deploy.soak;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A broker and two instances, each a process of its own. Owned by one thread. */
final class SoakProcesses implements AutoCloseable {
  static final String BROKER = "broker";
  static final List<String> INSTANCES = List.of("a", "b");

  private static final String CONFIGURATION =
      """
      application-id: soak
      instance-id: %s
      kafka:
        bootstrap.servers: 127.0.0.1:%d
        consumer: {session.timeout.ms: 6000, heartbeat.interval.ms: 500}
      topics: {predictions: [predictions], partitions: %d}
      monitors:
        - name: errors
          model: "m*"
          loss: mse
          slices: [[region]]
          windows: ["rolling:30s/10s", "tumbling:10s", "ewma:80s"]
        - name: recent
          model: m0
          loss: mse
          windows: ["last:1000/100"]
      time: {max-out-of-orderness: 2s, allowed-lateness: 10s, idle-after: 1h, revise-every: 1s}
      commit-interval: 100ms
      http: {port: 0}
      """;

  private final Path directory;
  private final int port;
  private final Map<String, ChildJvm> running = new TreeMap<>();

  SoakProcesses(Path directory) throws IOException {
    this.directory = directory;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = socket.getLocalPort();
    }
    for (String instance : INSTANCES) {
      Files.writeString(
          configuration(instance), CONFIGURATION.formatted(instance, port, SoakTopics.LANES));
    }
  }

  String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  private Path configuration(String instance) {
    return directory.resolve(instance + ".yaml");
  }

  /** Starts a process under its name; waits until a broker listens. */
  void start(String name) throws IOException {
    boolean isBroker = name.equals(BROKER);
    List<String> arguments =
        isBroker
            ? List.of(
                "broker",
                "--port",
                Integer.toString(port),
                "--dir",
                directory.resolve("data").toString())
            : List.of("run", "--config", configuration(name).toString());
    Path output = directory.resolve(name + ".out");
    long before = Files.exists(output) ? Files.readString(output).length() : 0;
    running.put(name, ChildJvm.start(directory, name, isBroker ? "512m" : "256m", arguments));
    if (isBroker) {
      awaitListening(before);
    }
  }

  private void awaitListening(long from) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    ChildJvm broker = process(BROKER);
    while (!broker.output().substring((int) from).contains("listening on")) {
      if (!broker.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException("the broker did not start:\n" + broker.output());
      }
      LockSupport.parkNanos(50_000_000);
    }
  }

  ChildJvm process(String name) {
    ChildJvm process = running.get(name);
    if (process == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return process;
  }

  Map<String, ChildJvm> running() {
    return running;
  }

  /** Runs the audit to its end. */
  ChildJvm audit() throws IOException, InterruptedException {
    ChildJvm audit =
        ChildJvm.start(
            directory,
            "audit",
            "512m",
            List.of("audit", "--config", configuration(INSTANCES.get(0)).toString()));
    audit.join();
    return audit;
  }

  @Override
  public void close() {
    running.values().forEach(ChildJvm::close);
  }
}
