package io.losswatch.deploy.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Gathers what the table shows: each task as a whole and by region. One thread owns it. */
final class DemoView {
  private final Rate rate = new Rate();
  private final LossHistory history;

  DemoView(LossHistory history) {
    this.history = history;
  }

  /**
   * The view as of now.
   *
   * @param elapsedMillis since the traffic began
   * @param phase what the world does
   * @param drifting the region whose world has changed
   * @param predictions sent so far
   * @param deadLetters counts by reason
   */
  LossTable.View at(
      long elapsedMillis,
      String phase,
      Optional<String> drifting,
      long predictions,
      SortedMap<String, Long> deadLetters) {
    List<LossTable.Row> rows = new ArrayList<>();
    for (Task task : Task.values()) {
      rows.add(row(task, "all", "", drifting.isPresent()));
      for (String region : DemoSettings.REGIONS) {
        boolean isDrifting = drifting.filter(region::equals).isPresent();
        rows.add(row(task, region, "region=" + region, isDrifting));
      }
    }
    double perSecond = rate.perSecond(elapsedMillis, predictions);
    return new LossTable.View(elapsedMillis, phase, perSecond, rows, deadLetters);
  }

  private LossTable.Row row(Task task, String label, String slice, boolean drifting) {
    return new LossTable.Row(task.monitor(), label, drifting, history.of(task.series(slice)));
  }
}
