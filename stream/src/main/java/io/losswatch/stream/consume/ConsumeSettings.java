package io.losswatch.stream.consume;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a hop reads and how.
 *
 * @param clients properties of its clients
 * @param groupId consumer group
 * @param topics inputs
 * @param pace time constants
 * @param maxInFlightBytes payload read and not yet released, over all lanes
 */
public record ConsumeSettings(
    Clients clients, String groupId, List<String> topics, Pace pace, long maxInFlightBytes) {
  /**
   * Properties of the clients.
   *
   * @param consumer of consumers
   * @param admin of admin clients
   */
  public record Clients(Map<String, Object> consumer, Map<String, Object> admin) {
    @Override
    public String toString() {
      return "Clients[not shown]";
    }
  }

  /**
   * Time constants.
   *
   * @param commitInterval a lane that got nothing is told so at this distance
   * @param idleAfter silence after which a partition at its end is idle; null-like zero: never
   *     looked at
   * @param revocation how long a revocation waits for what is in flight
   */
  public record Pace(Duration commitInterval, Duration idleAfter, Duration revocation) {}
}
