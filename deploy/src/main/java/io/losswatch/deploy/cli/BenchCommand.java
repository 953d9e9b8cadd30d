package io.losswatch.deploy.cli;

import io.losswatch.deploy.bench.BatchSize;
import io.losswatch.deploy.bench.Bench;
import io.losswatch.deploy.bench.BenchLines;
import io.losswatch.deploy.bench.BenchOptions;
import io.losswatch.deploy.bench.BenchReport;
import io.losswatch.deploy.log.LogOutput;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code losswatch bench}. */
@Command(
    name = "bench",
    description =
        "Measure how fast this machine's service reads predictions, beside a bare consumer of the"
            + " same topic that only adds up lengths.",
    footer = {
      "",
      "Columns: payload in MB a second and its ratio to the bare consumer's, from the first records"
          + " on until every window is committed; seconds of CPU of this process and of the"
          + " broker for each GB; bytes"
          + " allocated for each byte of payload; garbage collection; the heap's peak, garbage"
          + " included. The bars are the pace over time, scaled from 0 to the bare consumer's best."
    })
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--bootstrap-server",
      paramLabel = "HOST:PORT",
      description =
          "Kafka to measure; topics losswatch-bench-... are made there, and deleted afterwards (an"
              + " embedded broker in a process of its own).")
  private @Nullable String bootstrapServer;

  @Option(
      names = "--size",
      paramLabel = "S,S,..",
      split = ",",
      defaultValue = "1kb,40kb,4mb",
      description = "Sizes of batches (${DEFAULT-VALUE}).")
  private List<String> sizes = List.of();

  @Option(
      names = "--megabytes",
      paramLabel = "N",
      defaultValue = "6000",
      description = "Payload of each topic (${DEFAULT-VALUE}).")
  private int megabytes;

  @Option(
      names = "--span-seconds",
      paramLabel = "N",
      defaultValue = "600",
      description =
          "Event time that the records of a topic span: each model has a window of"
              + " rolling:5m/10s for every 10 s of it (${DEFAULT-VALUE}).")
  private int spanSeconds;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      defaultValue = "8",
      description =
          "How often both read in vain at most, until the JVM has compiled (${DEFAULT-VALUE}).")
  private int warmUps;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often both take turns then (${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--latency-seconds",
      paramLabel = "N",
      defaultValue = "20",
      description = "How long windows are watched at half load; 0: not (${DEFAULT-VALUE}).")
  private int latencySeconds;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "6",
      description = "Of each topic (${DEFAULT-VALUE}).")
  private int partitions;

  @Option(
      names = "--models",
      paramLabel = "N",
      defaultValue = "20",
      description = "Models that take turns, each a series of its own (${DEFAULT-VALUE}).")
  private int models;

  @Option(
      names = "--datatype",
      paramLabel = "NAME",
      defaultValue = "fp32",
      description = "Of the logits: fp32, or bf16 in half of the bytes (${DEFAULT-VALUE}).")
  private String datatype = "fp32";

  @Option(
      names = "--compression",
      paramLabel = "TYPE",
      defaultValue = "none",
      description = "none, lz4, zstd, snappy or gzip (${DEFAULT-VALUE}).")
  private String compression = "none";

  @Option(
      names = "--group-protocol",
      paramLabel = "NAME",
      defaultValue = "classic",
      description = "Of the service: classic or consumer (${DEFAULT-VALUE}).")
  private String groupProtocol = "classic";

  @Option(
      names = "--instances",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the service, all in this process (${DEFAULT-VALUE}).")
  private int instances;

  @Option(names = "--json", description = "Print one JSON object, with every round.")
  private boolean isJson;

  @Override
  public Integer call() throws IOException, InterruptedException {
    BenchOptions options = options();
    LogOutput.silenceClients();
    try (Termination termination = Termination.await()) {
      Bench bench = new Bench(options, this::report);
      termination.onSignal(bench::stop);
      BenchReport report =
          bootstrapServer == null
              ? bench.run(BrokerChild.class.getName())
              : bench.on(bootstrapServer);
      if (report != null) {
        print(report);
      }
    }
    return 0;
  }

  private void print(BenchReport report) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (isJson) {
      BenchLines.printJson(report, out);
    } else {
      BenchLines.print(report, out);
    }
  }

  private BenchOptions options() {
    try {
      List<BatchSize> wanted = new ArrayList<>();
      sizes.forEach(each -> wanted.add(size(each)));
      return new BenchOptions(
          wanted,
          new BenchOptions.Turns(warmUps, rounds, latencySeconds),
          new BenchOptions.Load(
              new BenchOptions.Amount(megabytes * 1_000_000L, spanSeconds),
              partitions,
              models,
              datatype,
              compression),
          new BenchOptions.Readers(groupProtocol, instances));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static BatchSize size(String id) {
    return Arrays.stream(BatchSize.values())
        .filter(size -> size.id().equals(id))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "a size is one of %s, but this is '%s'"
                    .formatted(
                        Arrays.stream(BatchSize.values())
                            .map(BatchSize::id)
                            .collect(Collectors.joining(", ")),
                        id)));
  }

  private void report(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("losswatch: " + line);
    err.flush();
  }
}
