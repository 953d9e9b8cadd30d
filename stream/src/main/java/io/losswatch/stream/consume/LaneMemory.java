package io.losswatch.stream.consume;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a lane remembers, as it is put together again from its partition of the state topic. One
 * thread at a time.
 */
public interface LaneMemory {
  /**
   * One change, in the order in which they were written: a later one of the same key replaces an
   * earlier one.
   *
   * @param key of the part
   * @param value null: the part is gone
   */
  void restore(String key, byte @Nullable [] value);

  /** The input offset at which the restored state ends; empty if nothing was restored. */
  OptionalLong nextOffset();

  /** The same of the companion, for lanes that have one. */
  default OptionalLong companionOffset() {
    return OptionalLong.empty();
  }
}
