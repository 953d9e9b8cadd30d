package io.losswatch.deploy.cli;

import io.losswatch.schemas.codec.SchemaFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code losswatch schemas}. */
@Command(
    name = "schemas",
    description = "Write each record's self-contained .avsc, for other languages.")
final class SchemasCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Where to write (${DEFAULT-VALUE}).")
  private Path directory = Path.of(".");

  @Override
  public Integer call() throws IOException {
    Files.createDirectories(directory);
    for (Map.Entry<String, String> file : SchemaFiles.all().entrySet()) {
      Path path = directory.resolve(file.getKey());
      Files.writeString(path, file.getValue());
      spec.commandLine().getOut().println(path);
    }
    return 0;
  }
}
