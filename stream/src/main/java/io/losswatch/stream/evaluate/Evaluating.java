package io.losswatch.stream.evaluate;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.loss.Loss;
import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.SampleRun;
import io.losswatch.stream.Monitor;
import io.losswatch.stream.consume.Effort;
import io.losswatch.stream.decode.Decoded;
import io.losswatch.stream.decode.DecodedPortion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * The stage: decoded portions in, sums of losses out.
 *
 * <p>A batch that one monitor refuses still counts for the others, since a monitor that is set up
 * wrongly must not blind the rest; the record is dead-lettered, and the message names the monitor.
 */
public final class Evaluating
    implements Function<Flux<DecodedPortion<Batch>>, Flux<EvaluatedPortion>> {
  /**
   * Model names whose monitors are remembered; a producer that invents names must not fill the
   * memory.
   */
  private static final int MAX_REMEMBERED_MODELS = 1024;

  /** They become keys of records and of state, and are remembered: no peer may make them large. */
  private static final int MAX_NAME_CHARACTERS = 4096;

  private final List<MonitorPlan> plans;
  private final Effort effort;

  /** A stage for these monitors. */
  public Evaluating(List<MonitorPlan> plans) {
    this(plans, new Effort());
  }

  /** The same, which tells how much it evaluates and how long that takes. */
  public Evaluating(List<MonitorPlan> plans, Effort effort) {
    this.plans = List.copyOf(plans);
    this.effort = effort;
  }

  @Override
  public Flux<EvaluatedPortion> apply(Flux<DecodedPortion<Batch>> portions) {
    return Flux.defer(() -> {
      Evaluator evaluator = new Evaluator(plans);
      return portions.map(portion -> {
        effort.evaluated(predictions(portion));
        return effort.time(Effort.Stage.EVALUATE, () -> evaluator.evaluate(portion));
      });
    });
  }

  private static long predictions(DecodedPortion<Batch> portion) {
    long numbers = 0;
    for (Decoded<Batch> record : portion.records()) {
      Batch batch = record.value();
      numbers += batch == null ? 0 : batch.predictions().values().shape().elementCount();
    }
    return numbers;
  }

  /**
   * The stage record by record, for one lane: what it returns is owned by the lane's thread. A
   * batch that came as labelled rows of another is evaluated like any other.
   */
  public Function<Decoded<Batch>, Evaluated> evaluator() {
    return new Evaluator(plans)::evaluate;
  }

  /** Buffers and look-ups of one lane; owned by its thread. */
  private static final class Evaluator {
    private final List<MonitorPlan> plans;
    private final LossBuffer buffer = new LossBuffer();
    private final Map<String, MonitorPlan[]> plansByModel = new LinkedHashMap<>();

    Evaluator(List<MonitorPlan> plans) {
      this.plans = plans;
    }

    EvaluatedPortion evaluate(DecodedPortion<Batch> portion) {
      List<Evaluated> evaluated = new ArrayList<>(portion.records().size());
      for (Decoded<Batch> record : portion.records()) {
        evaluated.add(evaluate(record));
      }
      return new EvaluatedPortion(portion.portion(), evaluated);
    }

    private Evaluated evaluate(Decoded<Batch> record) {
      Batch batch = record.value();
      if (batch == null) {
        return new Evaluated(record.source(), null, List.of(), record.refusal());
      }
      if (nameLength(batch.header()) > MAX_NAME_CHARACTERS) {
        return new Evaluated(record.source(), null, List.of(), tooLong(batch.header()));
      }
      MonitorPlan[] wanting = plansFor(batch.header().model());
      List<Evaluated.Evaluation> evaluations = new ArrayList<>(wanting.length);
      RefusedException refusal = null;
      for (MonitorPlan plan : wanting) {
        try {
          evaluations.add(evaluate(plan, batch));
        } catch (RefusedException e) {
          refusal = refusal == null ? named(e, plan) : refusal;
        }
      }
      return new Evaluated(record.source(), batch.header(), evaluations, refusal);
    }

    private Evaluated.Evaluation evaluate(MonitorPlan plan, Batch batch) {
      Monitor monitor = plan.monitor();
      Loss loss = monitor.loss();
      if (batch.labels() == null) {
        LossSummary summary = new LossSummary();
        summary.addUnlabeled(loss.sampleCount(batch.predictions()));
        return new Evaluated.Evaluation(plan, summary);
      }
      buffer.request(monitor.metrics());
      loss.samples(batch, buffer);
      LossSummary summary = LossSummary.of(buffer, loss.isLikelihood());
      return plan.windows().lasts().isEmpty()
          ? new Evaluated.Evaluation(plan, summary)
          : new Evaluated.Evaluation(plan, summary, SampleRun.of(buffer, loss.isLikelihood()));
    }

    private MonitorPlan[] plansFor(String model) {
      MonitorPlan @Nullable [] known = plansByModel.get(model);
      if (known != null) {
        return known;
      }
      if (plansByModel.size() >= MAX_REMEMBERED_MODELS) {
        plansByModel.clear();
      }
      MonitorPlan[] wanting =
          plans.stream().filter(plan -> plan.wants(model)).toArray(MonitorPlan[]::new);
      plansByModel.put(model, wanting);
      return wanting;
    }

    private static long nameLength(BatchHeader header) {
      long length = header.model().length() + (long) header.version().length();
      for (Map.Entry<String, String> tag : header.tags().entrySet()) {
        length += tag.getKey().length() + (long) tag.getValue().length();
      }
      return length;
    }

    private static RefusedException tooLong(BatchHeader header) {
      return new RefusedException(
          Reason.BAD_VALUE,
          "model, version and tags have at most %d characters together, but these have %d"
              .formatted(MAX_NAME_CHARACTERS, nameLength(header)));
    }

    private static RefusedException named(RefusedException refusal, MonitorPlan plan) {
      return new RefusedException(
          refusal.reason(), "monitor " + plan.monitor().name() + ": " + refusal.getMessage());
    }
  }
}
