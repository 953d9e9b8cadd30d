package io.losswatch.deploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          chek --config x                   | Unmatched arguments from index 0: 'chek', '--config', 'x' | losswatch --help
          check                             | Missing required option: '--config=FILE'                  | losswatch check --help
          audit --config x --timeout 5 | --timeout: a duration is written | losswatch audit --help
          check --confg x                   | Missing required option: '--config=FILE'                  | losswatch check --help
          check --config nowhere.yaml       | The configuration cannot be read: nowhere.yaml            | losswatch check --help
          run --config nowhere.yaml         | The configuration cannot be read: nowhere.yaml            | losswatch run --help
          run --config a --verbos           | Unknown option: '--verbos'; did you mean --verbose        | losswatch run --help
          --log-format xml schemas          | Invalid value for option '--log-format'                   | losswatch --help
          broker --port x                   | Invalid value for option '--port': 'x' is not an int      | losswatch broker --help
          broker --port 70000               | a port lies in [0, 65535], but this is 70000              | losswatch broker --help
          bench --size 1mb                  | a size is one of 1kb, 40kb, 4mb, but this is '1mb'        | losswatch bench --help
          bench --megabytes 0               | a topic holds 1 MB at least                               | losswatch bench --help
          bench --rounds many               | Invalid value for option '--rounds': 'many' is not an int | losswatch bench --help
          eval --loss mse                   | Missing required parameter: 'FILE'                        | losswatch eval --help
          eval f                            | Missing required option: '--loss=NAME'                    | losswatch eval --help
          eval --loss mes f                 | mse                                                       | losswatch eval --help
          eval --loss mse --pos-weight 1 f  | pos-weight                                                | losswatch eval --help
          eval --loss nll --label-smoothing 2 f | label-smoothing                                       | losswatch eval --help
          eval --loss mse --reduction avg f | Invalid value for option '--reduction'                    | losswatch eval --help
          eval --loss mse --windows x f     | a window is written rolling:SIZE/EVERY, tumbling:SIZE, last:N/M or ewma | losswatch eval --help
          eval --loss mse --windows tumbling:1h,tumbling:1h f | a monitor has each window once  | losswatch eval --help
          eval --loss mse --windows tumbling:1h --reduction sum f | --reduction is for losses   | losswatch eval --help
          eval --loss mse --windows tumbling:1h --allowed-lateness x f | --allowed-lateness: a duration is written | losswatch eval --help
          eval --loss mse --max-out-of-orderness 1s f | are for --windows, which is not given   | losswatch eval --help
          eval --loss mse --full f          | mse takes no parameters, but is given full=true           | losswatch eval --help
          eval --loss l1 --beta=1 f         | l1 takes no parameters, but is given beta=1               | losswatch eval --help
          eval --loss huber --delta 0 f     | delta of huber is a finite number > 0, but it is "0"      | losswatch eval --help
          eval --loss multi_margin --p 3 f  | p of multi_margin is 1 or 2, but it is "3"                | losswatch eval --help
          eval --loss focal --alpha 2 f     | alpha of focal is a number in [0, 1]                      | losswatch eval --help
          eval --loss poisson_nll --log-input no f | log-input of poisson_nll is true or false           | losswatch eval --help
          """)
  void mistake_inTheCommandLine_isOneLineAndAHint(String line, String message, String hint) {
    Shell shell = Shell.run(line.split(" "));

    assertThat(shell.exitCode()).isEqualTo(2);
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err().lines()).hasSize(2);
    assertThat(shell.err()).startsWith("losswatch: ").contains(message);
    assertThat(shell.err()).endsWith("Try '" + hint + "'." + System.lineSeparator());
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "run", "topics", "tail", "audit"})
  void configuration_withErrors_isAllErrorsAndExitCodeTwo(String command) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("wrong.yaml"),
            "kafka: {bootstrap.servers: b, sasl.jaas.config: [planted]}\nmonitor: []\n");

    Shell shell = Shell.run(command, "--config", file.toString());

    assertThat(shell.exitCode()).isEqualTo(2);
    assertThat(shell.err())
        .contains("wrong.yaml: 4 errors", "topics: missing", "monitors: missing")
        .contains("monitor: unknown key; did you mean 'monitors'?")
        .contains("kafka.sasl.jaas.config: a list of 1 is refused")
        .doesNotContain("planted")
        .doesNotContain("\tat ");
  }

  @Test
  void help_ofTheCommand_namesAllCommands() {
    Shell shell = Shell.run("--help");

    assertThat(shell.exitCode()).isZero();
    assertThat(shell.out())
        .contains(
            "run",
            "check",
            "eval",
            "tail",
            "audit",
            "bench",
            "topics",
            "broker",
            "schemas",
            "completion")
        .contains("--log-format", "--verbose", "--help", "--version")
        .contains("0   done", "1   the work failed", "2   usage or configuration");
  }

  @Test
  void help_ofEval_showsWhatThereIs() {
    Shell shell = Shell.run("eval", "--help");

    assertThat(shell.exitCode()).isZero();
    assertThat(shell.out())
        .contains("--ignore-index", "--class-weights", "cross_entropy", "bce_with_logits")
        .contains(
            "--windows=W,W,..",
            "--beta=B",
            "--log-input=true|false",
            "--log-target",
            "(MEAN; BATCHMEAN");
  }

  @Test
  void version_isPrinted() {
    assertThat(Shell.run("--version").lines().get(0)).startsWith("losswatch ");
  }

  @Test
  void completion_isAScriptWithTheCommands() {
    assertThat(Shell.run("completion").out())
        .contains("complete -F _complete_losswatch", "--bootstrap-server", "schemas")
        .contains("'--log-target'", "'--gamma'", "\"multilabel_soft_margin\"");
  }

  @Test
  void schemas_intoADirectory_writesAFileForEachRecord() {
    Path target = directory.resolve("new/schemas");

    Shell shell = Shell.run("schemas", "--dir", target.toString());

    assertThat(shell.exitCode()).isZero();
    assertThat(shell.lines())
        .contains(target.resolve("LogitBatch.avsc").toString())
        .allSatisfy(line -> assertThat(Path.of(line)).isRegularFile());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--verbose schemas", "schemas --verbose", "schemas --log-format json --verbose"})
  void loggingOptions_beforeOrAfterTheCommand_areTaken(String line) {
    Shell shell = Shell.run((line + " --dir " + directory).split(" "));

    assertThat(shell.exitCode()).isZero();
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void directory_thatCannotBeMade_isOneLineAndExitCodeOne() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));

    Shell shell = Shell.run("schemas", "--dir", file.resolve("below").toString());

    assertThat(shell.exitCode()).isEqualTo(1);
    assertThat(shell.err().lines()).hasSize(1).allMatch(line -> line.startsWith("losswatch: "));
  }
}
