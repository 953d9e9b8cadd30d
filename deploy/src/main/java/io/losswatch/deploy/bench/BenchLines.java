package io.losswatch.deploy.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.losswatch.deploy.terminal.Sparkline;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Prints a report. */
public final class BenchLines {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();
  private static final int BARS = 40;
  private static final double MEGA = 1e6;

  private BenchLines() {}

  /** For people. */
  public static void print(BenchReport report, PrintWriter out) {
    BenchReport.Host host = report.host();
    BenchOptions options = report.options();
    out.printf(
        Locale.ROOT,
        "%s, %d cores, Java %s, kernels: %s, %s%n",
        host.cpu(),
        host.cores(),
        host.java(),
        host.kernels(),
        host.date());
    out.printf(
        Locale.ROOT,
        "medians of %d rounds; %d MB of %s in %d partitions, %d models, compression %s;"
            + " group protocol %s, %d instance%s%n%n",
        options.turns().rounds(),
        Math.round(options.load().amount().bytes() / MEGA),
        options.load().datatype(),
        options.load().partitions(),
        options.load().models(),
        options.load().compression(),
        options.readers().groupProtocol(),
        options.readers().instances(),
        options.readers().instances() == 1 ? "" : "s");
    out.printf(
        "%-6s %-8s %8s %6s %10s %10s %9s %7s %9s %7s %9s%n",
        "batch",
        "",
        "MB/s",
        "ratio",
        "samples/s",
        "logits/s",
        "CPU s/GB",
        "broker",
        "alloc/B",
        "GC ms",
        "heap MB");
    for (BenchReport.Size size : report.sizes()) {
      out.println(line(size.topic().size().title(), "bare", size.bare(), "", "", ""));
      out.println(
          line(
              "",
              "service",
              size.service(),
              String.format(Locale.ROOT, "%.2f", size.ratio()),
              quantity(size.samplesPerSecond()),
              quantity(size.logitsPerSecond())));
    }
    out.println();
    for (BenchReport.Size size : report.sizes()) {
      Sparkline scale = Sparkline.scaledTo(BenchReport.typical(size.bare()).curve());
      out.printf("%-6s bare     %s%n", size.topic().size().title(), bars(scale, size.bare()));
      out.printf("%-6s service  %s%n", "", bars(scale, size.service()));
    }
    for (BenchReport.Size size : report.sizes()) {
      List<Long> latency = size.latencyMillis();
      if (!latency.isEmpty()) {
        out.printf(
            "%n%s: a window is readable %d ms (median), %d ms (p99) after its last record, at half"
                + " load, %d windows",
            size.topic().size().title(),
            BenchReport.quantile(latency, 0.5),
            BenchReport.quantile(latency, 0.99),
            latency.size());
      }
    }
    out.println();
    out.flush();
  }

  private static String bars(Sparkline scale, List<Measurement> rounds) {
    Sparkline fromZero = new Sparkline(0, scale.lowest() + scale.span());
    return fromZero.bars(BenchReport.typical(rounds).curve(), BARS);
  }

  private static String line(
      String batch,
      String reader,
      List<Measurement> rounds,
      String ratio,
      String samples,
      String logits) {
    return String.format(
        Locale.ROOT,
        "%-6s %-8s %8.0f %6s %10s %10s %9.2f %7s %9.2f %7.0f %9.0f",
        batch,
        reader,
        BenchReport.median(rounds, Measurement::bytesPerSecond) / MEGA,
        ratio,
        samples,
        logits,
        BenchReport.median(rounds, Measurement::cpuSecondsPerGb),
        brokerCpu(rounds),
        BenchReport.median(rounds, Measurement::allocatedPerByte),
        BenchReport.median(rounds, Measurement::collectionMillis),
        BenchReport.median(rounds, Measurement::heapPeakBytes) / MEGA);
  }

  private static String brokerCpu(List<Measurement> rounds) {
    double seconds = BenchReport.median(rounds, Measurement::brokerCpuSecondsPerGb);
    return Double.isNaN(seconds) ? "?" : String.format(Locale.ROOT, "%.2f", seconds);
  }

  /** Such as 1.2M. */
  private static String quantity(double number) {
    if (number >= 1e9) {
      return String.format(Locale.ROOT, "%.2fG", number / 1e9);
    }
    return number >= MEGA
        ? String.format(Locale.ROOT, "%.1fM", number / MEGA)
        : String.format(Locale.ROOT, "%.0fk", number / 1e3);
  }

  /** One JSON object. */
  public static void printJson(BenchReport report, PrintWriter out) throws IOException {
    try (JsonGenerator json = FACTORY.createGenerator(out).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      BenchReport.Host host = report.host();
      json.writeStringField("cpu", host.cpu());
      json.writeNumberField("cores", host.cores());
      json.writeStringField("java", host.java());
      json.writeStringField("kernels", host.kernels());
      json.writeStringField("date", host.date());
      json.writeNumberField("rounds", report.options().turns().rounds());
      json.writeNumberField("partitions", report.options().load().partitions());
      json.writeNumberField("models", report.options().load().models());
      json.writeStringField("datatype", report.options().load().datatype());
      json.writeStringField("compression", report.options().load().compression());
      json.writeStringField("group_protocol", report.options().readers().groupProtocol());
      json.writeNumberField("instances", report.options().readers().instances());
      json.writeArrayFieldStart("sizes");
      for (BenchReport.Size size : report.sizes()) {
        write(json, size);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    out.println();
    out.flush();
  }

  private static void write(JsonGenerator json, BenchReport.Size size) throws IOException {
    json.writeStartObject();
    json.writeStringField("batch", size.topic().size().id());
    json.writeNumberField("bytes", size.topic().bytes());
    json.writeNumberField("records", size.topic().records());
    json.writeNumberField("samples", size.topic().samples());
    json.writeNumberField("ratio", size.ratio());
    json.writeNumberField("samples_per_second", size.samplesPerSecond());
    json.writeNumberField("logits_per_second", size.logitsPerSecond());
    write(json, "bare", size.bare());
    write(json, "service", size.service());
    List<Long> latency = size.latencyMillis();
    if (!latency.isEmpty()) {
      json.writeObjectFieldStart("latency_ms");
      json.writeNumberField("p50", BenchReport.quantile(latency, 0.5));
      json.writeNumberField("p99", BenchReport.quantile(latency, 0.99));
      json.writeNumberField("windows", latency.size());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String reader, List<Measurement> rounds)
      throws IOException {
    json.writeObjectFieldStart(reader);
    write(json, "bytes_per_second", rounds, Measurement::bytesPerSecond);
    write(json, "cpu_seconds_per_gb", rounds, Measurement::cpuSecondsPerGb);
    if (!Double.isNaN(rounds.get(0).brokerCpuSecondsPerGb())) {
      write(json, "broker_cpu_seconds_per_gb", rounds, Measurement::brokerCpuSecondsPerGb);
    }
    write(json, "allocated_per_byte", rounds, Measurement::allocatedPerByte);
    write(json, "gc_ms", rounds, Measurement::collectionMillis);
    write(json, "heap_peak_bytes", rounds, Measurement::heapPeakBytes);
    json.writeArrayFieldStart("curve_bytes_per_second");
    for (double point : BenchReport.typical(rounds).curve()) {
      json.writeNumber(point);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Median and all rounds. */
  private static void write(
      JsonGenerator json,
      String name,
      List<Measurement> rounds,
      ToDoubleFunction<Measurement> number)
      throws IOException {
    json.writeNumberField(name, BenchReport.median(rounds, number));
    json.writeArrayFieldStart(name + "_rounds");
    for (Measurement each : rounds) {
      json.writeNumber(number.applyAsDouble(each));
    }
    json.writeEndArray();
  }
}
