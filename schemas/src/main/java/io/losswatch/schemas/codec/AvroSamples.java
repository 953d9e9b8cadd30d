package io.losswatch.schemas.codec;

import io.losswatch.core.window.SampleRun;
import io.losswatch.schemas.SampleEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.function.IntToDoubleFunction;

/** Writes the samples of a run down, and reads them back bit by bit. */
public final class AvroSamples {
  private AvroSamples() {}

  /**
   * Some samples of a run.
   *
   * @param entry whose series, fingerprint and event time are set; gets the samples
   * @param from first sample
   * @param to first sample that is left out
   */
  public static SampleEntry of(SampleEntry entry, SampleRun run, int from, int to) {
    entry.setLosses(bytes(run::numerator, from, to));
    entry.setWeights(run.isWeighted() ? bytes(run::weight, from, to) : ByteBuffer.allocate(0));
    entry.setElements(run.elements());
    return entry;
  }

  /** An entry without samples. */
  public static SampleEntry empty(String series, long fingerprint, long eventTimeMillis) {
    SampleEntry entry = new SampleEntry();
    entry.setSeries(series);
    entry.setFingerprint(fingerprint);
    entry.setEventTime(Instant.ofEpochMilli(eventTimeMillis));
    return entry;
  }

  private static ByteBuffer bytes(IntToDoubleFunction number, int from, int to) {
    ByteBuffer bytes =
        ByteBuffer.allocate((to - from) * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = from; i < to; i++) {
      bytes.putDouble(number.applyAsDouble(i));
    }
    return bytes.flip();
  }

  /**
   * The samples that were written down.
   *
   * @throws IllegalArgumentException if losses and weights are not as many
   */
  public static SampleRun run(SampleEntry entry) {
    return SampleRun.of(
        numbers(entry.getLosses()), numbers(entry.getWeights()), entry.getElements());
  }

  private static double[] numbers(ByteBuffer bytes) {
    double[] numbers = new double[bytes.remaining() / Double.BYTES];
    bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(numbers);
    return numbers;
  }
}
