package io.losswatch.deploy.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Collection;

/** Prints findings: a line for each source partition and each series, and a summary. */
public final class AuditLines {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

  private AuditLines() {}

  /** Lines for people. */
  public static void print(Findings findings, PrintWriter out) {
    int width = Math.max(width(findings.sources()), width(findings.series()));
    findings.sources().forEach(each -> out.println(line(each, width, "offsets tile")));
    findings.series().forEach(each -> out.println(line(each, width, "samples")));
    out.printf(
        "%s%n  source partitions: %s%n  series: %s%n",
        findings.verdict(), numbers(findings.sources()), numbers(findings.series()));
    out.flush();
  }

  private static int width(Collection<Subject> subjects) {
    return subjects.stream().mapToInt(each -> each.name().length()).max().orElse(1);
  }

  private static String line(Subject subject, int width, String unit) {
    StringBuilder line = new StringBuilder();
    line.append(subject.name())
        .append(" ".repeat(width - subject.name().length()))
        .append("  %-8s  %d %s".formatted(subject.verdict(), subject.counted(), unit));
    if (subject.windows() > 0) {
      line.append(", %d windows".formatted(subject.windows()));
    }
    if (!subject.unchecked().isEmpty()) {
      line.append(", not checked: ").append(String.join(" ", subject.unchecked()));
    }
    if (!subject.reason().isEmpty()) {
      line.append("; ").append(subject.reason());
    }
    if (subject.faults() > 1) {
      line.append(" (and %d more)".formatted(subject.faults() - 1));
    }
    return line.toString();
  }

  private static String numbers(Collection<Subject> subjects) {
    return "%d proved, %d unproved, %d refuted"
        .formatted(
            number(subjects, Verdict.PROVED),
            number(subjects, Verdict.UNPROVED),
            number(subjects, Verdict.REFUTED));
  }

  private static long number(Collection<Subject> subjects, Verdict verdict) {
    return subjects.stream().filter(each -> each.verdict() == verdict).count();
  }

  /** The same as JSON objects, one a line; the last one is the summary. */
  public static void printJson(Findings findings, PrintWriter out) throws IOException {
    try (JsonGenerator json =
        FACTORY.createGenerator(out).setPrettyPrinter(new MinimalPrettyPrinter(""))) {
      for (Subject each : findings.sources()) {
        write(json, "source", "offsets", each);
      }
      for (Subject each : findings.series()) {
        write(json, "series", "samples", each);
      }
      json.writeStartObject();
      json.writeStringField("verdict", findings.verdict().toString());
      writeNumbers(json, "sources", findings.sources());
      writeNumbers(json, "series", findings.series());
      endLine(json);
    }
    out.flush();
  }

  private static void write(JsonGenerator json, String kind, String unit, Subject subject)
      throws IOException {
    json.writeStartObject();
    json.writeStringField(kind, subject.name());
    json.writeStringField("verdict", subject.verdict().toString());
    json.writeStringField("reason", subject.reason());
    json.writeNumberField("faults", subject.faults());
    json.writeNumberField(unit, subject.counted());
    json.writeNumberField("windows", subject.windows());
    json.writeArrayFieldStart("not_checked");
    for (String window : subject.unchecked()) {
      json.writeString(window);
    }
    json.writeEndArray();
    endLine(json);
  }

  private static void writeNumbers(JsonGenerator json, String kind, Collection<Subject> subjects)
      throws IOException {
    json.writeObjectFieldStart(kind);
    for (Verdict verdict : Verdict.values()) {
      json.writeNumberField(verdict.toString(), number(subjects, verdict));
    }
    json.writeEndObject();
  }

  private static void endLine(JsonGenerator json) throws IOException {
    json.writeEndObject();
    json.writeRaw('\n');
  }
}
