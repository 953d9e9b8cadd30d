package io.losswatch.core.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What a state topic keeps. */
final class KeptState {
  final Map<String, WindowPart> parts = new HashMap<>();

  void write(WindowChanges changes) {
    List<String> keys = new ArrayList<>(changes.removed());
    changes.kept().forEach(part -> keys.add(part.key()));
    assertThat(keys).as("each part once").doesNotHaveDuplicates();
    changes.removed().forEach(parts::remove);
    changes.kept().forEach(part -> parts.put(part.key(), part));
  }

  SeriesWindows restored(WindowPlan plan, Random order) {
    List<WindowPart> shuffled = new ArrayList<>(parts.values());
    Collections.shuffle(shuffled, order);
    SeriesWindows windows = SeriesWindows.recording(plan);
    for (WindowPart part : shuffled) {
      assertThat(windows.restore(part)).isTrue();
    }
    assertThat(windows.drainChanges()).isEqualTo(new WindowChanges(List.of(), List.of()));
    return windows;
  }
}
