package io.losswatch.deploy.demo;

import io.losswatch.schemas.Layout;
import io.losswatch.schemas.LogitBatch;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * An answer, where it was given and when.
 *
 * @param answer predictions and labels
 * @param region first tag
 * @param device second tag
 * @param eventTimeMillis milliseconds since the epoch
 */
record LabelledBatch(Answer answer, String region, String device, long eventTimeMillis) {
  /** The same as it goes to Kafka. */
  LogitBatch toRecord(String batchId) {
    return LogitBatch.newBuilder()
        .setModel(answer.task().model())
        .setVersion(Task.VERSION)
        .setEventTime(Instant.ofEpochMilli(eventTimeMillis))
        .setBatchId(batchId)
        .setTags(Map.of("region", region, "device", device))
        .setKind(answer.kind())
        .setLayout(Layout.CLASS_LAST)
        .setPredictions(answer.predictions().toTensor())
        .setLabels(answer.labels().toTensor())
        .build();
  }

  /** Keys of the series that its samples belong to: the whole, the region, the device there. */
  List<String> series() {
    Task task = answer.task();
    return List.of(
        task.series(""),
        task.series("region=" + region),
        task.series("device=" + device + ",region=" + region));
  }
}
