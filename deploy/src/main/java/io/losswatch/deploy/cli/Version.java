package io.losswatch.deploy.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the version of the build and of the JVM. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "losswatch " + Objects.requireNonNullElse(version, "unpackaged"),
      "JVM ${java.version} (${java.vendor})"
    };
  }
}
