package io.losswatch.core.jmh;

import io.losswatch.core.kernel.Kernels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Where the table of speeds is measured.
 *
 * @param cpu the CPU's name as far as the system says it
 * @param jdk version and vendor
 * @param kernels what losswatch computes with
 * @param pyTorch version of PyTorch's libraries on the class path; empty: there are none
 * @param date of the measurement, UTC
 */
record Host(String cpu, String jdk, String kernels, String pyTorch, LocalDate date) {
  private static final Path LINUX_CPUS = Path.of("/proc/cpuinfo");

  /** This machine and JVM, which has to have the vector module. */
  static Host here() throws IOException {
    return new Host(
        cpuName(),
        "%s (%s)".formatted(System.getProperty("java.version"), System.getProperty("java.vendor")),
        Kernels.description(),
        pyTorchVersion(),
        LocalDate.now(ZoneOffset.UTC));
  }

  /** True if PyTorch can take part. */
  boolean hasPyTorch() {
    return !pyTorch.isEmpty();
  }

  /** Such as {@code linux amd64}. */
  static String platform() {
    return System.getProperty("os.name") + " " + System.getProperty("os.arch");
  }

  private static String cpuName() throws IOException {
    String processor = System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", platform());
    if (!Files.isReadable(LINUX_CPUS)) {
      return processor;
    }
    try (Stream<String> lines = Files.lines(LINUX_CPUS)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(processor);
    }
  }

  /** DJL's jar of native libraries says what it holds, such as 2.7.1-20250812: less its date. */
  private static String pyTorchVersion() throws IOException {
    try (InputStream in =
        Host.class.getClassLoader().getResourceAsStream("native/lib/pytorch.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "").replaceFirst("-\\d+$", "");
    }
  }
}
