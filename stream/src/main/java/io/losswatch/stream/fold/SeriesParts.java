package io.losswatch.stream.fold;

import io.losswatch.core.window.Ewma;
import io.losswatch.core.window.Last;
import io.losswatch.core.window.Window;
import io.losswatch.core.window.WindowChanges;
import io.losswatch.core.window.WindowPart;
import io.losswatch.core.window.WindowResult;
import io.losswatch.schemas.AverageState;
import io.losswatch.schemas.BlockState;
import io.losswatch.schemas.MarkState;
import io.losswatch.schemas.PaneState;
import io.losswatch.schemas.PublicationState;
import io.losswatch.schemas.codec.AvroSums;
import io.losswatch.schemas.codec.RecordCodec;
import java.util.List;

/** The parts of a series' windows as records of the state topic, and back. */
final class SeriesParts {
  private static final RecordCodec<PaneState> PANES = RecordCodec.of(PaneState.class);
  private static final RecordCodec<PublicationState> PUBLICATIONS =
      RecordCodec.of(PublicationState.class);
  private static final RecordCodec<AverageState> AVERAGES = RecordCodec.of(AverageState.class);
  private static final RecordCodec<BlockState> BLOCKS = RecordCodec.of(BlockState.class);
  private static final RecordCodec<MarkState> MARKS = RecordCodec.of(MarkState.class);

  private SeriesParts() {}

  static void write(SeriesId id, WindowChanges changes, List<StateChange> to) {
    changes.kept().forEach(part -> to.add(new StateChange(id.partKey(part.key()), encode(part))));
    changes.removed().forEach(key -> to.add(new StateChange(id.partKey(key), null)));
  }

  private static byte[] encode(WindowPart part) {
    if (part instanceof WindowPart.Pane pane) {
      return PANES.encode(
          new PaneState(pane.widthMillis(), pane.startMillis(), AvroSums.of(pane.sums())));
    }
    if (part instanceof WindowPart.Publication publication) {
      return PUBLICATIONS.encode(
          new PublicationState(
              publication.window().toString(),
              publication.endMillis(),
              publication.revision(),
              publication.dirty(),
              publication.notBeforeMillis()));
    }
    if (part instanceof WindowPart.Decayed decayed) {
      return AVERAGES.encode(
          new AverageState(
              decayed.window().toString(),
              decayed.endMillis(),
              decayed.published(),
              AvroSums.of(decayed.sums())));
    }
    if (part instanceof WindowPart.Block block) {
      return BLOCKS.encode(
          new BlockState(
              block.window().toString(),
              block.number(),
              block.bounds().startMillis(),
              block.bounds().endMillis(),
              block.seenMillis(),
              AvroSums.of(block.sums())));
    }
    return MARKS.encode(new MarkState(((WindowPart.Mark) part).watermarkMillis()));
  }

  static WindowPart decode(String part, byte[] value) {
    if (part.startsWith("pane:")) {
      PaneState pane = PANES.decode(value, 0, value.length);
      return new WindowPart.Pane(
          pane.getPaneWidth(), pane.getPaneStart(), AvroSums.state(pane.getSums()));
    }
    if (part.startsWith("publication:")) {
      PublicationState publication = PUBLICATIONS.decode(value, 0, value.length);
      return new WindowPart.Publication(
          Window.parse(publication.getWindow()),
          publication.getWindowEnd(),
          publication.getRevision(),
          publication.getDirty(),
          publication.getNotBefore());
    }
    if (part.startsWith("average:")) {
      AverageState average = AVERAGES.decode(value, 0, value.length);
      return new WindowPart.Decayed(
          (Ewma) Window.parse(average.getWindow()),
          average.getPaneEnd(),
          average.getPublished(),
          AvroSums.state(average.getSums()));
    }
    if (part.startsWith("block:")) {
      BlockState block = BLOCKS.decode(value, 0, value.length);
      return new WindowPart.Block(
          (Last) Window.parse(block.getWindow()),
          block.getNumber(),
          new WindowResult.Bounds(block.getStart(), block.getEnd()),
          block.getSeen(),
          AvroSums.state(block.getSums()));
    }
    return new WindowPart.Mark(MARKS.decode(value, 0, value.length).getWatermark());
  }
}
