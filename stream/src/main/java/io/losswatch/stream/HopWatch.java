package io.losswatch.stream;

import io.losswatch.stream.consume.Effort;
import io.losswatch.stream.consume.Obstacles;
import io.losswatch.stream.consume.Pulse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Knows how a hop is, over all of its starts. Thread-safe. */
final class HopWatch {
  private final Effort effort = new Effort();
  private final Obstacles obstacles = new Obstacles();
  private Hop.@Nullable Clients clients;
  private String trouble = "";
  private boolean ended;

  Effort effort() {
    return effort;
  }

  Obstacles obstacles() {
    return obstacles;
  }

  /** Its clients are open. */
  synchronized void opened(Hop.Clients now) {
    clients = now;
  }

  /** They are closed: it may start anew. */
  synchronized void closed() {
    clients = null;
  }

  /** It failed. Messages of Kafka may quote what was configured, so only the kind is kept. */
  synchronized void failed(Throwable failure) {
    trouble = failure.getClass().getSimpleName();
  }

  /** It will not start anew. */
  synchronized void ended() {
    ended = true;
  }

  /** The clients, if they are open. */
  synchronized Hop.@Nullable Clients clients() {
    return clients;
  }

  synchronized StreamHealth.Hop health() {
    Hop.Clients open = clients;
    if (ended || open == null) {
      return new StreamHealth.Hop(
          without(), StreamHealth.Partitions.NONE, Duration.ZERO, trouble, List.of());
    }
    Pulse pulse = open.consuming().pulse();
    StreamHealth.State state = with(pulse);
    if (state == StreamHealth.State.RUNNING) {
      trouble = "";
    }
    return new StreamHealth.Hop(
        state,
        new StreamHealth.Partitions(pulse.lanes(), pulse.restored(), pulse.recordsToRestore()),
        Duration.ofNanos(System.nanoTime() - pulse.nanos()),
        trouble,
        obstacles.now());
  }

  private StreamHealth.State without() {
    if (ended) {
      return StreamHealth.State.ENDED;
    }
    return trouble.isEmpty() ? StreamHealth.State.STARTING : StreamHealth.State.RESTARTING;
  }

  private static StreamHealth.State with(Pulse pulse) {
    if (!pulse.joined()) {
      return StreamHealth.State.JOINING;
    }
    return pulse.restored() < pulse.lanes()
        ? StreamHealth.State.RESTORING
        : StreamHealth.State.RUNNING;
  }

  synchronized StreamUsage usage() {
    Hop.Clients open = clients;
    return new StreamUsage(
        new StreamUsage.Stages(
            effort.nanos(Effort.Stage.DECODE),
            effort.nanos(Effort.Stage.EVALUATE),
            effort.nanos(Effort.Stage.FOLD),
            effort.nanos(Effort.Stage.COMMIT)),
        new StreamUsage.Volume(effort.bytes(), effort.predictions()),
        new StreamUsage.Transactions(effort.commits(), effort.aborts()),
        open == null ? Map.of() : open.consuming().pulse().lag());
  }
}
