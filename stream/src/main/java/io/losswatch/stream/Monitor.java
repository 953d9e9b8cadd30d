package io.losswatch.stream;

import io.losswatch.core.loss.Loss;
import io.losswatch.core.window.Window;
import java.util.List;

/**
 * One thing to watch: a loss over windows of the traffic of some models.
 *
 * @param name name of the monitor, the first part of its series' keys
 * @param model glob over the model's name ({@code *} any characters, {@code ?} one)
 * @param loss the loss with its parameters
 * @param windows at least one
 * @param slices lists of tag names; each gives a series per combination of their values, besides
 *     the whole
 */
public record Monitor(
    String name, String model, Loss loss, List<Window> windows, List<List<String>> slices) {
  public Monitor {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a monitor has a name");
    }
    if (windows.isEmpty()) {
      throw new IllegalArgumentException("monitor " + name + " has no window");
    }
    windows = List.copyOf(windows);
    slices = slices.stream().map(List::copyOf).toList();
  }
}
