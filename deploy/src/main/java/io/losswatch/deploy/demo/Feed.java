package io.losswatch.deploy.demo;

import java.util.Random;

/** A trained model and the half of its data that it never saw. Immutable: threads may share it. */
interface Feed {
  /** What the model does. */
  Task task();

  /**
   * The model's answers to some randomly drawn live data.
   *
   * @param rows how many, at least 1
   * @param drifting true: the data is from a world that has changed
   */
  Answer answer(Random random, int rows, boolean drifting);
}
