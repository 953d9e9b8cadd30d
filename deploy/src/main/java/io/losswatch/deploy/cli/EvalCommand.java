package io.losswatch.deploy.cli;

import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.loss.Loss;
import io.losswatch.core.loss.Losses;
import io.losswatch.core.loss.Reduction;
import io.losswatch.deploy.eval.Evaluation;
import io.losswatch.deploy.eval.JsonLines;
import io.losswatch.deploy.eval.LossEvaluation;
import io.losswatch.deploy.eval.WindowEvaluation;
import io.losswatch.stream.TimeSettings;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code losswatch eval}. */
@Command(
    name = "eval",
    description =
        "Print the losses of LogitBatch records, or their windows, one JSON object a line.",
    footer = {
      "",
      "A record that is refused gives a line with 'error' and 'message'; the rest goes on, and the"
          + " exit code is 1."
    })
final class EvalCommand implements Callable<Integer> {
  /** The loss whose mean over elements is no divergence: PyTorch warns of it. */
  private static final String AVERAGED_OVER_ROWS = "kl_div";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      required = true,
      completionCandidates = LossNames.class,
      description = "One of ${COMPLETION-CANDIDATES}, or PyTorch's name for it.")
  private String loss = "";

  @Mixin private LossParameters parameters = new LossParameters();

  @Mixin private WindowOptions windows = new WindowOptions();

  @Option(
      names = "--reduction",
      description = "${COMPLETION-CANDIDATES} (MEAN; BATCHMEAN for kl_div).")
  private @Nullable Reduction reduction;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "Avro object container files; - is standard input.")
  private List<String> files = List.of();

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    boolean isClean = true;
    try (JsonLines lines = new JsonLines(spec.commandLine().getOut())) {
      Evaluation evaluation = evaluation(lines);
      for (String file : files) {
        try (InputStream in = open(file)) {
          evaluation.evaluate(in);
        } catch (NoSuchFileException e) {
          isClean = false;
          err.println("losswatch: " + file + ": no such file");
        } catch (RefusedException e) {
          isClean = false;
          err.println("losswatch: " + file + ": " + e.reason().code() + ": " + e.getMessage());
        }
      }
      evaluation.finish();
      isClean &= evaluation.isClean();
    }
    return isClean ? 0 : 1;
  }

  private Reduction reductionOf(Loss chosen) {
    if (reduction != null) {
      return reduction;
    }
    return chosen.name().equals(AVERAGED_OVER_ROWS) ? Reduction.BATCHMEAN : Reduction.MEAN;
  }

  private static InputStream open(String file) throws IOException {
    return file.equals("-")
        ? System.in
        : new BufferedInputStream(Files.newInputStream(Path.of(file)));
  }

  private Evaluation evaluation(JsonLines lines) {
    try {
      Loss chosen = Losses.of(loss, parameters.asMap());
      TimeSettings time = windows.time();
      if (!windows.areGiven()) {
        return new LossEvaluation(chosen, reductionOf(chosen), lines);
      }
      if (reduction != null) {
        throw new IllegalArgumentException(
            "--reduction is for losses, but with --windows there are rolling means alone");
      }
      return new WindowEvaluation(chosen, windows.windows(), time, lines);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
