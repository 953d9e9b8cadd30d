package io.losswatch.deploy.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the version of the build and of the JVM. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"losswatch " + ofBuild(), "JVM ${java.version} (${java.vendor})"};
  }

  /** Of the jar that this class is in. */
  static String ofBuild() {
    return Objects.requireNonNullElse(
        Version.class.getPackage().getImplementationVersion(), "unpackaged");
  }
}
