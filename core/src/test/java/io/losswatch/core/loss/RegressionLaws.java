package io.losswatch.core.loss;

import io.losswatch.core.batch.OutputKind;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The losses of a value and the number that it should have been. */
final class RegressionLaws {
  private static final BatchSource VALUES =
      BatchSource.ofElements(OutputKind.VALUES, Numbers.REAL, Numbers.REAL);
  private static final BatchSource RATES =
      BatchSource.ofElements(OutputKind.VALUES, Numbers.RATE, Numbers.COUNT);
  private static final BatchSource LOG_RATES =
      BatchSource.ofElements(OutputKind.LOGITS, Numbers.REAL, Numbers.COUNT);

  private RegressionLaws() {}

  static List<LossLaw> all() {
    return Stream.of(distances(), poisson(), gaussian(), divergences())
        .flatMap(List::stream)
        .toList();
  }

  private static List<LossLaw> distances() {
    return List.of(
        law("mse", Map.of(), (x, y) -> Exact.of(Math.pow(x - y, 2))),
        law("l1", Map.of(), (x, y) -> Exact.of(Math.abs(x - y))),
        law("smooth_l1", Map.of(), (x, y) -> smoothL1(x - y, 1)),
        law("smooth_l1", Map.of("beta", "0"), (x, y) -> smoothL1(x - y, 0)),
        law("smooth_l1", Map.of("beta", "0.25"), (x, y) -> smoothL1(x - y, 0.25)),
        law("huber", Map.of(), (x, y) -> huber(x - y, 1)),
        law("huber", Map.of("delta", "2.5"), (x, y) -> huber(x - y, 2.5)));
  }

  private static LossLaw law(
      String name, Map<String, String> parameters, LossOracle.OfElement oracle) {
    return LossLaw.of(name, parameters, LossOracle.ofElements(oracle), VALUES);
  }

  /** |d| < β → d²/2β, else |d| − β/2. */
  private static Exact smoothL1(double difference, double beta) {
    double d = Math.abs(difference);
    return Exact.of(d < beta ? d * d / (2 * beta) : d - beta / 2);
  }

  /** |d| ≤ δ → d²/2, else δ(|d| − δ/2). */
  private static Exact huber(double difference, double delta) {
    double d = Math.abs(difference);
    return Exact.of(d <= delta ? d * d / 2 : delta * (d - delta / 2));
  }

  private static List<LossLaw> poisson() {
    return List.of(
        poisson(Map.of(), LOG_RATES, true, false, 1e-8),
        poisson(Map.of("full", "true"), LOG_RATES, true, true, 1e-8),
        poisson(Map.of("log-input", "false"), RATES, false, false, 1e-8),
        poisson(
            Map.of("log-input", "false", "full", "true", "eps", "0.001"),
            RATES,
            false,
            true,
            1e-3));
  }

  private static LossLaw poisson(
      Map<String, String> parameters,
      BatchSource batches,
      boolean logInput,
      boolean full,
      double eps) {
    LossOracle.OfElement oracle =
        (x, t) -> {
          Exact loss = logInput ? ofLogRate(x, t) : ofRate(x, t, eps);
          return full && t > 1 ? loss.plus(stirling(t)) : loss;
        };
    return LossLaw.of("poisson_nll", parameters, LossOracle.ofElements(oracle), batches);
  }

  /** e^x − t·x. */
  private static Exact ofLogRate(double x, double t) {
    return Exact.sum(Math.exp(x), -(t * x));
  }

  /** x − t·ln(x + eps); near 1 the logarithm shows what x + eps was rounded by. */
  private static Exact ofRate(double x, double t, double eps) {
    Exact loss = Exact.sum(x, -(t * Math.log(x + eps)));
    return new Exact(loss.value(), loss.scale() + Math.abs(t));
  }

  /** t·ln t − t + ½·ln(2πt). */
  private static Exact stirling(double t) {
    return Exact.sum(t * Math.log(t), -t, Math.log(2 * Math.PI * t) / 2);
  }

  private static List<LossLaw> gaussian() {
    return List.of(
        gaussian(Map.of(), false, 1e-6),
        gaussian(Map.of("full", "true"), true, 1e-6),
        gaussian(Map.of("eps", "0.5"), false, 0.5));
  }

  private static LossLaw gaussian(Map<String, String> parameters, boolean full, double eps) {
    return LossLaw.of(
        "gaussian_nll",
        parameters,
        Gaussians.oracle((mean, variance, t) -> gaussian(mean, variance, t, full, eps)),
        new BatchSource(
            OutputKind.VALUES,
            Form::ofPairs,
            Gaussians.MEAN_OR_VARIANCE,
            Labels.ofPairs(Numbers.REAL)));
  }

  /** ½(ln v + (x − t)²/v), v = max(var, eps), and ½·ln 2π if full. */
  private static Exact gaussian(double mean, double variance, double t, boolean full, double eps) {
    double v = Math.max(variance, eps);
    double square = Math.pow(mean - t, 2) / v;
    return Exact.sum(Math.log(v) / 2, square / 2, full ? Math.log(2 * Math.PI) / 2 : 0);
  }

  private static List<LossLaw> divergences() {
    return List.of(
        LossLaw.of(
            "kl_div",
            Map.of(),
            LossOracle.ofElements(RegressionLaws::divergence),
            BatchSource.ofElements(
                OutputKind.LOG_PROBS, Numbers.LOG_PROBABILITY, Numbers.PROBABILITY)),
        LossLaw.of(
            "kl_div",
            Map.of("log-target", "true"),
            LossOracle.ofElements((x, t) -> Exact.of(Math.exp(t) * (t - x))),
            BatchSource.ofElements(
                OutputKind.LOG_PROBS, Numbers.LOG_PROBABILITY, Numbers.LOG_PROBABILITY)));
  }

  /** t·ln t − t·x with 0·ln 0 = 0. */
  private static Exact divergence(double x, double t) {
    return Exact.sum(t == 0 ? 0 : t * Math.log(t), -(t * x));
  }
}
