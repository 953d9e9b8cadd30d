package io.losswatch.deploy.eval;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.loss.Loss;
import io.losswatch.core.window.Window;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.stream.EmbeddedLossStream.Refused;
import io.losswatch.stream.Monitor;
import io.losswatch.stream.RecordedLossStream;
import io.losswatch.stream.TimeSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Sinks;

/**
 * Rolls the losses of container files into windows: one line for each rolling loss that the service
 * would have published for these records in this order. All files are one stream.
 */
public final class WindowEvaluation extends Evaluation {
  private static final String MONITOR = "eval";
  private static final String ALL_MODELS = "*";

  private final Sinks.Many<Batch> batches = Sinks.many().unicast().onBackpressureError();
  private @Nullable Throwable failure;

  /**
   * Evaluates with one loss.
   *
   * @param windows each once
   * @param time how event time runs; there is no other clock
   * @param lines where the lines go
   * @throws IllegalArgumentException if the windows do not go together
   */
  public WindowEvaluation(Loss loss, List<Window> windows, TimeSettings time, JsonLines lines) {
    super(lines);
    Monitor monitor = new Monitor(MONITOR, ALL_MODELS, loss, windows, List.of());
    // all on this thread: when a batch has been emitted, its lines are written
    batches
        .asFlux()
        .transform(RecordedLossStream.of(List.of(monitor), time, this::refuse))
        .subscribe(this::write, thrown -> failure = thrown);
  }

  @Override
  void evaluate(Batch batch) throws IOException {
    batches.emitNext(batch, Sinks.EmitFailureHandler.FAIL_FAST);
    requireNoFailure();
  }

  @Override
  public void finish() throws IOException {
    batches.emitComplete(Sinks.EmitFailureHandler.FAIL_FAST);
    requireNoFailure();
  }

  private void requireNoFailure() throws IOException {
    if (failure instanceof UncheckedIOException unwritten) {
      throw unwritten.getCause();
    }
    if (failure != null) {
      throw new IllegalStateException("record " + record(), failure);
    }
  }

  private void write(RollingLoss loss) {
    try {
      lines().writeRecord(loss);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void refuse(Refused refused) {
    try {
      refuse(refused.reason(), refused.message());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
