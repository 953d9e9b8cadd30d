package io.losswatch.deploy.cli;

import io.losswatch.deploy.config.ConfigurationException;
import io.losswatch.stream.LossStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code losswatch topics}. */
@Command(
    name = "topics",
    description = "Create the topics that are missing, all but the inputs, and print all.")
final class TopicsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--config", paramLabel = "FILE", required = true, description = "YAML file.")
  private Path file = Path.of("");

  @Override
  public Integer call() throws ConfigurationException {
    LossStream.createTopics(ConfigurationFile.load(spec, file).settings())
        .forEach(spec.commandLine().getOut()::println);
    return 0;
  }
}
