package io.losswatch.stream.fold;

import io.losswatch.stream.consume.Lane;
import java.util.List;

/**
 * What a lane of hop 2 has folded between two cuts.
 *
 * @param lane whose it is
 * @param cut where it was cut
 * @param windows that became due, in their order
 * @param changes of the lane's memory
 * @param account what was refused and counted
 */
public record RolledPortion(
    Lane lane, Cut cut, List<RolledWindow> windows, List<StateChange> changes, Account account) {
  /**
   * Where it was cut.
   *
   * @param nextOffset of the partials partition
   * @param last true if nothing of this lane follows
   */
  public record Cut(long nextOffset, boolean last) {}

  /**
   * What was refused and counted.
   *
   * @param deadLetters records of the partials topic that cannot be read
   * @param tally what was counted
   */
  public record Account(List<DeadLetter> deadLetters, Tally tally) {}
}
