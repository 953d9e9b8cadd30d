package io.losswatch.stream.fold;

import io.losswatch.schemas.RecordHeader;
import io.losswatch.schemas.WaitingLabelState;
import io.losswatch.schemas.codec.LabelBatchReader;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.schemas.registry.SchemaId;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.consume.SourceRecord;
import java.nio.ByteBuffer;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Records of labels that wait, as a state topic keeps them. */
final class LabelRecords {
  private static final RecordCodec<WaitingLabelState> CODEC =
      RecordCodec.of(WaitingLabelState.class);

  private LabelRecords() {}

  /** What the state topic keeps of a record with bytes of its own. */
  static byte[] encode(SourceRecord source) {
    List<RecordHeader> headers = new ArrayList<>();
    source
        .content()
        .headers()
        .forEach(header -> headers.add(new RecordHeader(header.getKey(), wrap(header.getValue()))));
    return CODEC.encode(
        new WaitingLabelState(
            source.timestampMillis(),
            wrap(source.key()),
            headers,
            ByteBuffer.wrap(Objects.requireNonNull(source.content().value()).copy())));
  }

  /** The record again, and what it says. */
  static WaitingLabels decode(
      LabelBatchReader reader, SourcePartition partition, long offset, byte[] value) {
    WaitingLabelState state = CODEC.decode(value, 0, value.length);
    List<Map.Entry<String, byte @Nullable []>> headers = new ArrayList<>();
    for (RecordHeader header : state.getHeaders()) {
      headers.add(new SimpleImmutableEntry<>(header.getName(), unwrap(header.getContent())));
    }
    byte[] content = Objects.requireNonNull(unwrap(state.getContent()));
    SourceRecord source =
        new SourceRecord(
            partition,
            offset,
            state.getTimestamp(),
            unwrap(state.getRecordKey()),
            new SourceRecord.Content(
                new SourceRecord.Payload(content, 0, content.length), headers));
    return new WaitingLabels(
        source,
        reader.read(content, 0, content.length, source.content().lastHeader(SchemaId.HEADER)));
  }

  private static @Nullable ByteBuffer wrap(byte @Nullable [] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  private static byte @Nullable [] unwrap(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
