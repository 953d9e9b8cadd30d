package io.losswatch.deploy.cli;

import io.losswatch.core.loss.Losses;
import java.util.Iterator;

/** The losses that there are, for help and completion. */
final class LossNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return Losses.names().iterator();
  }
}
