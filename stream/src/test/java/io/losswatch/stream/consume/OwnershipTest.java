package io.losswatch.stream.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OwnershipTest {
  private static final SourcePartition P0 = new SourcePartition("predictions", 0);
  private static final SourcePartition P1 = new SourcePartition("predictions", 1);
  private static final Duration LONG = Duration.ofSeconds(50);

  private final Ownership ownership = new Ownership();

  @Test
  void nothing_granted_isOwned() {
    assertThat(ownership.snapshot().owns(P0, 0)).isFalse();
    assertThat(ownership.snapshot().group()).isNull();
  }

  @Test
  void grant_ofAnEpoch_ownsThisEpochOnly() {
    ownership.grant(P0, 300);
    assertThat(ownership.snapshot().owns(P0, 300)).isTrue();
    assertThat(ownership.snapshot().owns(P0, 299)).isFalse();
    assertThat(ownership.snapshot().owns(P1, 300)).isFalse();

    ownership.grant(P0, 301);
    assertThat(ownership.snapshot().owns(P0, 300)).isFalse();
  }

  @Test
  void snapshot_taken_doesNotChange() {
    ownership.grant(P0, 1);
    Ownership.Snapshot before = ownership.snapshot();
    ownership.fence(List.of(P0), Duration.ZERO);

    assertThat(before.owns(P0, 1)).isTrue();
    assertThat(ownership.snapshot().owns(P0, 1)).isFalse();
  }

  @Test
  void membership_published_staysAcrossGrantAndFence() {
    ownership.publish(group(4));
    ownership.grant(P0, 1);
    ownership.grant(P1, 2);
    ownership.fence(List.of(P0), Duration.ZERO);

    assertThat(ownership.snapshot().group()).isEqualTo(group(4));
    assertThat(ownership.snapshot().owns(P1, 2)).isTrue();
    assertThat(ownership.isStale(group(4))).isFalse();
    assertThat(ownership.isStale(group(5))).isTrue();
  }

  @Test
  void fence_withoutATransaction_isImmediate() {
    ownership.grant(P0, 1);
    assertThat(ownership.fence(List.of(P0), Duration.ZERO)).isTrue();
    assertThat(ownership.isAbortRequested()).isFalse();
    assertThat(ownership.transaction().isLocked()).isFalse();
  }

  @Test
  void fence_duringATransaction_waitsForItsEnd() {
    ownership.grant(P0, 1);
    ownership.transaction().lock();
    CompletableFuture<Boolean> fencing =
        CompletableFuture.supplyAsync(() -> ownership.fence(List.of(P0), LONG));
    while (!ownership.transaction().hasQueuedThreads()) {
      Thread.onSpinWait();
    }
    assertThat(ownership.snapshot().owns(P0, 1)).as("the transaction goes on").isTrue();
    ownership.transaction().unlock();

    assertThat(fencing.join()).isTrue();
    assertThat(ownership.snapshot().owns(P0, 1)).isFalse();
    assertThat(ownership.isAbortRequested()).isFalse();
  }

  @Test
  void fence_pastTheDeadline_givesUpAndAsksForAnAbort() {
    ownership.grant(P0, 1);
    ownership.transaction().lock();
    boolean inTime =
        CompletableFuture.supplyAsync(() -> ownership.fence(List.of(P0), Duration.ZERO)).join();

    assertThat(inTime).isFalse();
    assertThat(ownership.isAbortRequested()).isTrue();
    assertThat(ownership.snapshot().owns(P0, 1)).isFalse();
    ownership.aborted();
    assertThat(ownership.isAbortRequested()).isFalse();
    ownership.transaction().unlock();
  }

  @Test
  void fence_inTime_withdrawsAnOldWish() {
    ownership.grant(P0, 1);
    ownership.grant(P1, 2);
    ownership.transaction().lock();
    CompletableFuture.runAsync(() -> ownership.fence(List.of(P0), Duration.ZERO)).join();
    ownership.transaction().unlock();
    ownership.fence(List.of(P1), Duration.ZERO);

    assertThat(ownership.isAbortRequested()).isFalse();
  }

  private static ConsumerGroupMetadata group(int generation) {
    return OwnedLanes.membership(generation);
  }
}
