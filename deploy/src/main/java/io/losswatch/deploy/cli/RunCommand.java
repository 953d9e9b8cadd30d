package io.losswatch.deploy.cli;

import io.losswatch.deploy.config.Configuration;
import io.losswatch.deploy.config.ConfigurationException;
import io.losswatch.deploy.metrics.Exposition;
import io.losswatch.stream.LossStream;
import io.losswatch.stream.StreamSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** {@code losswatch run}. */
@Command(name = "run", description = "Run the service until it is told to stop.")
final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger("io.losswatch");
  private static final Duration REPORT_EVERY = Duration.ofMinutes(1);

  /** Of the ten seconds that the process has to end in. */
  private static final Duration PATIENCE = Duration.ofSeconds(7);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--config", paramLabel = "FILE", required = true, description = "YAML file.")
  private Path file = Path.of("");

  @Override
  public Integer call() throws ConfigurationException, IOException {
    Configuration configuration = ConfigurationFile.load(spec, file);
    configuration.doubts().forEach(doubt -> LOG.warn("{}", doubt));
    StreamSettings settings = configuration.settings();
    LossStream stream = LossStream.of(settings);
    try (Termination termination = Termination.await();
        Exposition exposition = Exposition.open(configuration.http(), stream, Version.ofBuild())) {
      LOG.info(
          "running as {}, instance {}",
          settings.identity().applicationId(),
          settings.identity().instanceId());
      LOG.info("listening on {}", exposition.url());
      run(stream, termination);
    }
    return 0;
  }

  private static void run(LossStream stream, Termination termination) {
    CompletableFuture<Void> running = stream.run().toFuture();
    termination.onSignal(() -> stop(stream, running));
    Disposable reports =
        Flux.interval(REPORT_EVERY).subscribe(minute -> LOG.info("{}", CountsLine.of(stream)));
    try {
      running.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } catch (CancellationException e) {
      LOG.warn(
          "stopped before all was committed: the next owner of the partitions does that again");
    } finally {
      reports.dispose();
      LOG.info("stopped: {}", CountsLine.of(stream));
    }
  }

  /** In good order, if the brokers answer; if they do not, soon. */
  private static void stop(LossStream stream, CompletableFuture<Void> running) {
    stream.stop();
    CompletableFuture.delayedExecutor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> running.cancel(true));
  }
}
