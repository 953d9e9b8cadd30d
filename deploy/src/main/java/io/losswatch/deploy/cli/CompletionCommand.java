package io.losswatch.deploy.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code losswatch completion}. */
@Command(
    name = "completion",
    description = "Print a completion script for bash and zsh: source <(losswatch completion)")
final class CompletionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    CommandLine top = spec.root().commandLine();
    top.getOut().print(AutoComplete.bash(top.getCommandName(), top));
    top.getOut().flush();
    return 0;
  }
}
