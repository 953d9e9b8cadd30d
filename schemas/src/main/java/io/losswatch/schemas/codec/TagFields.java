package io.losswatch.schemas.codec;

import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.io.Decoder;

/** Reads tags, which mostly repeat from record to record; owned by one thread. */
final class TagFields {
  private final Repeated<Map<String, String>> last = new Repeated<>();

  /** The tags that follow, unmodifiable. */
  Map<String, String> read(ByteArrayDecoder in) throws IOException {
    Map<String, String> known = last.read(in);
    if (known == null) {
      return readNew(in);
    }
    in.claim(known.size());
    return known;
  }

  /**
   * Keeps the tags unless more than their bytes decides whether they are refused: a block's size is
   * compared with what the record has left, and a key that comes twice counts as two items.
   */
  private Map<String, String> readNew(ByteArrayDecoder in) throws IOException {
    int from = in.consumed();
    int sizedBlocks = in.sizedBlocks();
    long itemsLeft = in.itemsLeft();
    Map<String, String> tags = readAll(in);
    if (in.sizedBlocks() == sizedBlocks && itemsLeft - in.itemsLeft() == tags.size()) {
      last.keep(in, in.consumed() - from, tags);
    }
    return tags;
  }

  /** The tags that follow, by any decoder. */
  static Map<String, String> readAll(Decoder in) throws IOException {
    long count = in.readMapStart();
    if (count == 0) {
      return Map.of();
    }
    Map<String, String> tags = new HashMap<>();
    for (; count != 0; count = in.mapNext()) {
      for (long i = 0; i < count; i++) {
        tags.put(in.readString(), in.readString());
      }
    }
    return Collections.unmodifiableMap(tags);
  }
}
