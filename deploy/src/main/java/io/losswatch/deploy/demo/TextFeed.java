package io.losswatch.deploy.demo;

import io.losswatch.schemas.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A model of characters that answers sequences, for each character what may follow: logits {@code
 * [B, S, V]}, labels {@code [B, S]}. Drift shuffles the characters of a sequence.
 */
final class TextFeed implements Feed {
  private static final int LENGTH = 32;

  /** Sequences are longer than rows, so that there are fewer of them in a batch. */
  private static final int ROWS_A_SEQUENCE = 8;

  private final BigramModel model;
  private final int[] live;

  private TextFeed(BigramModel model, int[] live) {
    this.model = model;
    this.live = live;
  }

  /** Of the lines of losswatch's README: every second one is learned, the others are live. */
  static TextFeed readme() {
    return of(Dataset.lines("README.md"));
  }

  /** Of these lines: every second one is learned, the others are live. */
  static TextFeed of(List<String> lines) {
    List<String> training = new ArrayList<>();
    List<String> live = new ArrayList<>();
    for (String line : lines) {
      (training.size() <= live.size() ? training : live).add(line);
    }
    int[] text = Alphabet.encode(live);
    if (text.length <= LENGTH) {
      throw new IllegalArgumentException(
          "a text of more than %d characters is needed, this has %d"
              .formatted(2 * LENGTH, 2 * text.length));
    }
    return new TextFeed(BigramModel.trained(Alphabet.encode(training), Alphabet.size()), text);
  }

  @Override
  public Task task() {
    return Task.TEXT;
  }

  @Override
  public Answer answer(Random random, int rows, boolean drifting) {
    int sequences = (rows + ROWS_A_SEQUENCE - 1) / ROWS_A_SEQUENCE;
    int size = Alphabet.size();
    double[] logits = new double[sequences * LENGTH * size];
    double[] labels = new double[sequences * LENGTH];
    for (int b = 0; b < sequences; b++) {
      int[] read = passage(random, drifting);
      for (int s = 0; s < LENGTH; s++) {
        int at = b * LENGTH + s;
        System.arraycopy(model.logits(read[s]), 0, logits, at * size, size);
        labels[at] = read[s + 1];
      }
    }
    return new Answer(
        Task.TEXT,
        Numbers.fp32(List.of((long) sequences, (long) LENGTH, (long) size), logits),
        Numbers.integers(DataType.INT32, List.of((long) sequences, (long) LENGTH), labels));
  }

  private int[] passage(Random random, boolean drifting) {
    int start = random.nextInt(live.length - LENGTH);
    int[] passage = Arrays.copyOfRange(live, start, start + LENGTH + 1);
    return drifting ? Drift.shuffled(passage, random) : passage;
  }
}
