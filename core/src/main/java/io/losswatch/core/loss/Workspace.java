package io.losswatch.core.loss;

import io.losswatch.core.batch.Layout;
import io.losswatch.core.kernel.Kernel;
import io.losswatch.core.kernel.Kernels;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.BitSet;

/**
 * Arrays that losses work in, reused from batch to batch. Mutable; owned by one {@link LossBuffer}
 * and its thread.
 */
final class Workspace {
  /** Elements that are widened at a time: two double arrays of this size stay in the L1 cache. */
  static final int BLOCK = 1024;

  private final Kernel kernel = Kernels.create();
  private final double[] predictions = new double[BLOCK];
  private final double[] labels = new double[BLOCK];
  private final double[] blockLosses = new double[BLOCK];
  private final Surprisal surprisal = new Surprisal(kernel);
  private final LabelRanks labelRanks = new LabelRanks(kernel);
  private final ClassCompanions classCompanions =
      new ClassCompanions(kernel, surprisal, labelRanks);
  private final BinaryCompanions binaryCompanions = new BinaryCompanions(kernel);
  private final Transposition transposedLabels = new Transposition();
  private final ShapeMemo samples = new ShapeMemo();
  private Layout classLayout = Layout.CLASS_LAST;
  private Shape classShape = Shape.of(0);
  private ClassAxis classAxis = ClassAxis.of(classLayout, classShape, classShape);
  private final BitSet listedClasses = new BitSet();
  private int[] targets = new int[0];

  Kernel kernel() {
    return kernel;
  }

  /** Widened predictions of a block. */
  double[] predictions() {
    return predictions;
  }

  /** Widened labels of a block. */
  double[] labels() {
    return labels;
  }

  /** Losses of a block. */
  double[] blockLosses() {
    return blockLosses;
  }

  /** One class index a row. */
  int[] targets(int rows) {
    if (targets.length < rows) {
      targets = new int[rows];
    }
    return targets;
  }

  /** Classes in the label list of a row. */
  BitSet listedClasses() {
    return listedClasses;
  }

  /** The class axis, remembered from the last batch if that was alike. */
  ClassAxis classAxis(Layout layout, Shape shape, Shape samples) {
    if (layout != classLayout || !shape.equals(classShape)) {
      classAxis = ClassAxis.of(layout, shape, samples);
      classLayout = layout;
      classShape = shape;
    }
    return classAxis;
  }

  ShapeMemo samples() {
    return samples;
  }

  Surprisal surprisal() {
    return surprisal;
  }

  /** Companion metrics of the rows that {@link #surprisal} has made ready. */
  ClassCompanions classCompanions() {
    return classCompanions;
  }

  LabelRanks labelRanks() {
    return labelRanks;
  }

  BinaryCompanions binaryCompanions() {
    return binaryCompanions;
  }

  /** Probability targets with the classes of each row together. */
  Tensor labelRows(Tensor tensor, ClassAxis axis) {
    return transposedLabels.rows(tensor, axis);
  }
}
