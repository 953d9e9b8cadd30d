package io.losswatch.core.loss;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.SortedMap;

/**
 * Walks over predictions and labels of one shape in blocks that stay in the cache; a subclass says
 * what the losses of a block are, one a label. A sample is a row: the mean over all axes but the
 * first. A row without elements is no sample.
 */
abstract class BlockwiseLoss implements Loss {
  private static final Set<OutputKind> KINDS =
      Collections.unmodifiableSet(EnumSet.of(OutputKind.LOGITS, OutputKind.VALUES));

  private final String name;

  /** A loss of that name. */
  BlockwiseLoss(String name) {
    this.name = name;
  }

  /**
   * {@inheritDoc} What a subclass over binary labels names here, accuracy and brier, is counted for
   * it; nothing is while anything else is asked for.
   */
  @Override
  public Set<String> metrics() {
    return Set.of();
  }

  /** What the predictions may be: LOGITS or VALUES unless overridden. */
  protected Set<OutputKind> kinds() {
    return KINDS;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public SortedMap<String, String> parameters() {
    return Collections.emptySortedMap();
  }

  @Override
  public boolean isLikelihood() {
    return false;
  }

  /** Refuses labels whose shape does not fit: that of the predictions unless overridden. */
  void requireShapes(Shape predictions, Shape labels) throws RefusedException {
    Admission.requireSameShape(predictions, labels);
  }

  /** Refuses values outside the loss's domain and parameters that do not fit the batch. */
  void admit(Predictions predictions, Tensor labels) throws RefusedException {}

  /**
   * Writes the losses of {@code count <= Workspace.BLOCK} elements from {@code start}, into {@code
   * losses} from {@code first}.
   */
  abstract void block(
      Predictions predictions,
      Tensor labels,
      int start,
      int count,
      double[] losses,
      int first,
      Workspace workspace);

  @Override
  public final void elements(Batch batch, LossBuffer out) {
    Tensor labels = admitted(batch);
    Shape shape = labels.shape();
    Workspace workspace = out.workspace();
    out.begin(shape, workspace.samples().of(shape), firstExtent(shape));
    workspace.binaryCompanions().rest();
    fillBlocks(batch.predictions(), labels, shape.elementCount(), out);
    out.weigh(batch.weights());
  }

  private void fillBlocks(Predictions predictions, Tensor labels, int size, LossBuffer out) {
    Workspace workspace = out.workspace();
    for (int start = 0; start < size; start += Workspace.BLOCK) {
      int count = Math.min(Workspace.BLOCK, size - start);
      block(predictions, labels, start, count, out.losses(), start, workspace);
      workspace.binaryCompanions().add(predictions.values(), labels, start, count, out.losses());
    }
  }

  @Override
  public final void samples(Batch batch, LossBuffer out) {
    Tensor labels = admitted(batch);
    Shape shape = labels.shape();
    Workspace workspace = out.workspace();
    Shape samples = workspace.samples().of(shape);
    int rows = samples.elementCount();
    int row = rows == 0 ? 1 : shape.elementCount() / rows;
    out.beginSamples(samples, row, firstExtent(shape));
    if (out.counts(this) && out.requested().areAmong(Metrics.OF_BINARY_LABELS)) {
      workspace.binaryCompanions().begin(out.metricSums(), batch.predictions().kind(), row);
    } else {
      workspace.binaryCompanions().rest();
    }
    if (row == 1) {
      fillBlocks(batch.predictions(), labels, rows, out);
    } else {
      averageRows(batch.predictions(), labels, rows, row, out);
    }
    out.weigh(batch.weights());
  }

  /** Writes the mean of each row of more than one element. */
  void averageRows(Predictions predictions, Tensor labels, int rows, int row, LossBuffer out) {
    if (row > Workspace.BLOCK) {
      averageLongRows(predictions, labels, rows, row, out);
    } else {
      averageShortRows(predictions, labels, rows, row, out);
    }
  }

  /** Several rows a block. */
  private void averageShortRows(
      Predictions predictions, Tensor labels, int rows, int row, LossBuffer out) {
    Workspace workspace = out.workspace();
    double[] losses = workspace.blockLosses();
    int rowsPerBlock = Workspace.BLOCK / row;
    for (int first = 0; first < rows; first += rowsPerBlock) {
      int count = Math.min(rowsPerBlock, rows - first);
      block(predictions, labels, first * row, count * row, losses, 0, workspace);
      for (int r = 0; r < count; r++) {
        out.put(first + r, Sums.plain(losses, r * row, row) / row);
      }
      workspace
          .binaryCompanions()
          .add(predictions.values(), labels, first * row, count * row, out.losses());
    }
  }

  /** Several blocks a row. */
  private void averageLongRows(
      Predictions predictions, Tensor labels, int rows, int row, LossBuffer out) {
    Workspace workspace = out.workspace();
    double[] losses = workspace.blockLosses();
    for (int r = 0; r < rows; r++) {
      double sum = 0;
      for (int done = 0; done < row; done += Workspace.BLOCK) {
        int count = Math.min(Workspace.BLOCK, row - done);
        block(predictions, labels, r * row + done, count, losses, 0, workspace);
        sum += Sums.plain(losses, 0, count);
        out.put(r, sum / row);
        workspace
            .binaryCompanions()
            .add(predictions.values(), labels, r * row + done, count, out.losses());
      }
    }
  }

  private Tensor admitted(Batch batch) {
    Predictions predictions = batch.predictions();
    Admission.requireKind(name, predictions.kind(), kinds());
    Tensor labels = Admission.requireLabels(batch);
    requireShapes(predictions.values().shape(), labels.shape());
    admit(predictions, labels);
    return labels;
  }

  private static long firstExtent(Shape shape) {
    return shape.rank() == 0 ? 1 : shape.extent(0);
  }
}
