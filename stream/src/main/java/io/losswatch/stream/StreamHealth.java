package io.losswatch.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a stream is. Immutable: one moment.
 *
 * @param evaluate hop 1
 * @param roll hop 2
 */
public record StreamHealth(Hop evaluate, Hop roll) {
  /**
   * A poll thread that does nothing for so long is stuck: {@code max.poll.interval.ms} is 5 min.
   */
  private static final Duration STUCK = Duration.ofMinutes(2);

  /** It polls ten times a second at least when it is well. */
  private static final Duration SLOW = Duration.ofSeconds(10);

  /** What a hop does. */
  public enum State {
    /** It opens its clients, for the first time. */
    STARTING,
    /** It is not a member of its group yet. */
    JOINING,
    /** It brings the memory of its partitions back. */
    RESTORING,
    /** It reads all that it owns; that may be nothing. */
    RUNNING,
    /** Something went wrong; it starts anew from the committed state. */
    RESTARTING,
    /** It has stopped, or has given up. */
    ENDED
  }

  /**
   * The partitions of a hop.
   *
   * @param owned all of them
   * @param restored those of them that it reads
   * @param recordsToRestore of the state of the others
   */
  public record Partitions(int owned, int restored, long recordsToRestore) {
    static final Partitions NONE = new Partitions(0, 0, 0);
  }

  /**
   * How a hop is.
   *
   * @param state what it does
   * @param partitions that it has
   * @param sinceLastPoll how long ago it asked the brokers
   * @param trouble what went wrong last, if it has not got over it; else empty
   * @param obstacles what single partitions wait for, while the others go on
   */
  public record Hop(
      State state,
      Partitions partitions,
      Duration sinceLastPoll,
      String trouble,
      List<String> obstacles) {
    public Hop {
      obstacles = List.copyOf(obstacles);
    }

    private boolean isStuck() {
      return sinceLastPoll.compareTo(STUCK) > 0;
    }

    private String reason(String name) {
      return switch (state) {
        case STARTING -> name + " opens its clients";
        case JOINING -> name + " joins its group";
        case RESTORING ->
            "%s restores %d of %d partitions, %d records to go"
                .formatted(
                    name,
                    partitions.owned() - partitions.restored(),
                    partitions.owned(),
                    partitions.recordsToRestore());
        case RESTARTING -> "%s starts anew after %s".formatted(name, trouble);
        case ENDED -> name + " has ended";
        case RUNNING -> isStuck() ? silence(name) : "";
      };
    }

    private String silence(String name) {
      return "%s has not polled for %d s".formatted(name, sinceLastPoll.toSeconds());
    }

    private List<String> worries(String name) {
      List<String> worries = new ArrayList<>();
      obstacles.forEach(obstacle -> worries.add(name + ": " + obstacle));
      if (state == State.RUNNING && !isStuck() && sinceLastPoll.compareTo(SLOW) > 0) {
        worries.add(silence(name));
      }
      return worries;
    }
  }

  /** True if the process shall be left alone: what it waits for may come. */
  public boolean isLive() {
    return isLive(evaluate) && isLive(roll);
  }

  private static boolean isLive(Hop hop) {
    boolean polls = hop.state() == State.RUNNING || hop.state() == State.RESTORING;
    return hop.state() != State.ENDED && !(polls && hop.isStuck());
  }

  /** True if both hops read all that they own. */
  public boolean isReady() {
    return reasons().isEmpty();
  }

  /** Why it is not ready; none if it is. */
  public List<String> reasons() {
    List<String> reasons = new ArrayList<>();
    for (String reason : List.of(evaluate.reason("evaluate"), roll.reason("roll"))) {
      if (!reason.isEmpty()) {
        reasons.add(reason);
      }
    }
    return reasons;
  }

  /** What is wrong though it goes on; none if all is well. */
  public List<String> worries() {
    List<String> worries = new ArrayList<>(evaluate.worries("evaluate"));
    worries.addAll(roll.worries("roll"));
    return worries;
  }
}
