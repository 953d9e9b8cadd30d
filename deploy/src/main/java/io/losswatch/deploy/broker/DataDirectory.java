package io.losswatch.deploy.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * Where a broker keeps its data. Held by one broker at a time: a second one would write into the
 * metadata before Kafka's own lock stops it.
 */
final class DataDirectory implements AutoCloseable {
  private final Path path;
  private final boolean isTemporary;
  private final FileChannel lock;

  private DataDirectory(Path path, boolean isTemporary) throws IOException {
    this.path = path;
    this.isTemporary = isTemporary;
    Files.createDirectories(path);
    this.lock =
        FileChannel.open(
            path.resolve(".losswatch.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock() == null) {
      lock.close();
      throw new IOException("another broker holds the directory " + path);
    }
  }

  static DataDirectory lasting(Path path) throws IOException {
    return new DataDirectory(path, false);
  }

  /** A new directory that is deleted when it is closed. */
  static DataDirectory temporary() throws IOException {
    return new DataDirectory(Files.createTempDirectory("losswatch-broker-"), true);
  }

  Path path() {
    return path;
  }

  /** True if a broker used it that did not shut down. */
  boolean wasLeftInHaste() {
    return Files.exists(path.resolve("recovery-point-offset-checkpoint"))
        && !Files.exists(path.resolve(".kafka_cleanshutdown"));
  }

  /** Makes it a directory of Kafka's, unless it is one. */
  void format() throws IOException {
    if (Files.exists(path.resolve("meta.properties"))) {
      return;
    }
    try {
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(BrokerProperties.NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setDirectories(List.of(path.toString()))
          .setMetadataLogDirectory(path.toString())
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setControllerListenerName(BrokerProperties.CONTROLLER)
          .setHasDynamicQuorum(false)
          .run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the directory cannot be formatted: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
      if (isTemporary) {
        delete();
      }
    } catch (IOException e) {
      path.toFile().deleteOnExit();
    }
  }

  private @Nullable FileLock tryLock() throws IOException {
    try {
      return lock.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this process itself
    }
  }

  private void delete() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
