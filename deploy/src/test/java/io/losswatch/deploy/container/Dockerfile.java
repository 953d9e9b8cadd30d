package io.losswatch.deploy.container;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The instructions of the image. */
record Dockerfile(List<String> lines) {
  static final Path FILE = Path.of("docker/Dockerfile");
  static final Path HEALTHY = Path.of("docker/healthy");

  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

  static Dockerfile load() {
    return new Dockerfile(YamlFiles.text(FILE).lines().toList());
  }

  /** What the last instruction of this name says. */
  String last(String instruction) {
    return lines.stream()
        .filter(line -> line.startsWith(instruction + " "))
        .reduce((first, second) -> second)
        .map(line -> line.substring(instruction.length()).strip())
        .orElseThrow();
  }

  /** The words of an instruction in exec form. */
  List<String> list(String instruction) {
    return QUOTED.matcher(last(instruction)).results().map(Dockerfile::word).toList();
  }

  private static String word(MatchResult match) {
    return match.group(1);
  }
}
