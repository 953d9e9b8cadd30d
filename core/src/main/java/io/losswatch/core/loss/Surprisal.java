package io.losswatch.core.loss;

import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.kernel.Kernel;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * −ln p of each class of each row, whatever the prediction's kind: (max − x) + ln Σ e^(x − max) of
 * logits, −x of log-probabilities, −ln x of probabilities. Mutable; owned by one {@link Workspace}.
 */
final class Surprisal {
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final Shape SCALAR = Shape.of();
  private static final Tensor NOTHING = Tensor.ofFloats(new float[1]);

  private final Kernel kernel;
  private final Transposition transposition = new Transposition();
  private final double[] x = new double[Workspace.BLOCK];
  private final double[] t = new double[Workspace.BLOCK];
  private double[] max = new double[0];
  private double[] logSum = new double[0];
  private OutputKind kind = OutputKind.LOGITS;
  private ClassAxis axis = new ClassAxis(0, 0, 1, 1);
  private Shape shape = SCALAR;
  private Tensor rows = NOTHING;

  Surprisal(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Turns to the next batch. */
  void read(Predictions predictions, ClassAxis classAxis) {
    kind = predictions.kind();
    axis = classAxis;
    shape = predictions.values().shape();
    rows = transposition.rows(predictions.values(), classAxis);
    if (max.length < classAxis.rows()) {
      max = new double[classAxis.rows()];
      logSum = new double[classAxis.rows()];
    }
  }

  /**
   * Makes rows {@code [first, first + count)} ready; the others are never read.
   *
   * @throws RefusedException {@code bad-value} if a probability is outside [0, 1]
   */
  void prepare(int first, int count) {
    if (kind == OutputKind.LOGITS) {
      kernel.logSumExp(rows, first, count, axis.classes(), max, logSum);
    } else if (kind == OutputKind.PROBS) {
      requireProbabilities(first * axis.classes(), count * axis.classes());
    }
  }

  private void requireProbabilities(int start, int count) {
    for (int done = 0; done < count; done += Workspace.BLOCK) {
      int n = Math.min(Workspace.BLOCK, count - done);
      rows.copyTo(start + done, n, x, 0);
      for (int i = 0; i < n; i++) {
        if (!(x[i] >= 0 && x[i] <= 1)) {
          int element = start + done + i;
          int original = axis.elementOf(element / axis.classes(), element % axis.classes());
          throw new RefusedException(
              Reason.BAD_VALUE,
              "a probability is in [0, 1], but %s is %s"
                  .formatted(Admission.place("predictions", shape, original), x[i]));
        }
      }
    }
  }

  /** −ln p of one class. */
  double of(int row, int c) {
    return of(row, rows.doubleAt(row * axis.classes() + c));
  }

  /** −ln p of one class a row, for rows {@code [first, end)}. */
  void ofTargets(int first, int end, int[] targets, double[] losses) {
    if (kind == OutputKind.LOGITS && rows.datatype() == Datatype.FP32) {
      int at = rows.offset();
      byte[] array = rows.array();
      int classes = axis.classes();
      for (int r = first; r < end; r++) {
        float logit = (float) FLOAT.get(array, at + (r * classes + targets[r]) * Float.BYTES);
        losses[r] = (max[r] - logit) + logSum[r];
      }
      return;
    }
    for (int r = first; r < end; r++) {
      losses[r] = of(r, targets[r]);
    }
  }

  private double of(int row, double value) {
    return switch (kind) {
      case LOGITS -> (max[row] - value) + logSum[row];
      case PROBS -> 0 - Math.log(value);
      default -> 0 - value;
    };
  }

  /** Σ_c w_c·(−ln p_c). */
  double sum(int row, double @Nullable [] classWeights) {
    if (kind == OutputKind.LOGITS && classWeights == null) {
      int start = row * axis.classes();
      return kernel.totalSurprisal(rows, start, axis.classes(), max[row], logSum[row]);
    }
    double sum = 0;
    for (int c = 0; c < axis.classes(); c += Workspace.BLOCK) {
      int n = surprisals(row, c);
      for (int i = 0; i < n; i++) {
        sum += classWeights == null ? x[i] : classWeights[c + i] * x[i];
      }
    }
    return sum;
  }

  /** Σ_c w_c·t'_c·(−ln p_c) with t' = t·(1 − ε) + ε/C. */
  double expected(int row, Tensor targets, double smoothing, double @Nullable [] classWeights) {
    double uniform = smoothing / axis.classes();
    if (kind == OutputKind.LOGITS && classWeights == null) {
      int start = row * axis.classes();
      return kernel.expectedSurprisal(
          rows, targets, start, axis.classes(), max[row], logSum[row], 1 - smoothing, uniform);
    }
    double sum = 0;
    for (int c = 0; c < axis.classes(); c += Workspace.BLOCK) {
      int n = surprisals(row, c);
      targets.copyTo(row * axis.classes() + c, n, t, 0);
      for (int i = 0; i < n; i++) {
        double target = t[i] * (1 - smoothing) + uniform;
        double weight = classWeights == null ? target : classWeights[c + i] * target;
        sum += weight * x[i];
      }
    }
    return sum;
  }

  OutputKind kind() {
    return kind;
  }

  /** The numbers as they were given, the classes of each row together. */
  Tensor rows() {
    return rows;
  }

  /**
   * The largest logit of a row that is ready, NaN is never it; 0 of what is a logarithm already.
   */
  double max(int row) {
    return kind == OutputKind.LOGITS ? max[row] : 0;
  }

  /**
   * ln Σ e^(x − max) of a row that is ready; 0 of what is a logarithm already. Added to the maximum
   * first, it would be lost beside a large one.
   */
  double logSum(int row) {
    return kind == OutputKind.LOGITS ? logSum[row] : 0;
  }

  /** p of a class with this number in its place. */
  double probability(int row, double value) {
    return kind == OutputKind.PROBS ? value : Math.exp(-of(row, value));
  }

  /** 1 − p of one class, as precise near 0 as anywhere. */
  double doubt(int row, int c) {
    return kind == OutputKind.PROBS
        ? 1 - rows.doubleAt(row * axis.classes() + c)
        : -Math.expm1(-of(row, c));
  }

  /** Fills the block {@code x} with −ln p from class {@code c}. */
  private int surprisals(int row, int c) {
    int n = Math.min(Workspace.BLOCK, axis.classes() - c);
    rows.copyTo(row * axis.classes() + c, n, x, 0);
    for (int i = 0; i < n; i++) {
      x[i] = of(row, x[i]);
    }
    return n;
  }
}
