package io.losswatch.stream.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.consume.Portion.OffsetRange;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class LaneTest {
  private final Lane lane = new Lane(new SourcePartition("predictions", 3), 8);

  @Test
  void startOffset_beforeASubscription_isNotSet() {
    lane.portions(12);
    assertThat(lane.startOffset()).isEqualTo(-1);
  }

  @Test
  void startOffset_afterTheSubscription_isWhatThePipelineWants() {
    lane.portions(12).subscribe();
    assertThat(lane.startOffset()).isEqualTo(12);
  }

  @Test
  void portions_offered_comeOnDemandAndThenTheEnd() {
    StepVerifier.create(lane.portions(0), 0)
        .then(() -> {
          lane.offer(portion(0, 10));
          lane.offer(portion(1, 20));
          lane.revoke();
        })
        .thenRequest(1)
        .expectNext(portion(0, 10))
        .thenRequest(1)
        .expectNext(portion(1, 20))
        .verifyComplete();
  }

  @Test
  void portions_subscribedAgain_fail() {
    lane.portions(0).subscribe();
    StepVerifier.create(lane.portions(0)).verifyError(IllegalStateException.class);
  }

  @Test
  void bytes_offered_areInFlightUntilReleased() {
    Portion first = portion(0, 10);
    lane.offer(first);
    lane.offer(portion(1, 20));
    assertThat(lane.bytesInFlight()).isEqualTo(30);
    assertThat(lane.isDrained()).isFalse();

    lane.release(first);
    assertThat(lane.bytesInFlight()).isEqualTo(20);
    assertThat(lane.isDrained()).isFalse();
  }

  @Test
  void tick_ofNoBytes_isInFlightToo() {
    Portion tick = portion(0, 0);
    lane.offer(tick);
    assertThat(lane.isDrained()).isFalse();
    lane.release(tick);
    assertThat(lane.isDrained()).isTrue();
  }

  @Test
  void revoke_ofALaneBeingRestored_isSeenAndCompletesItLater() {
    lane.revoke();
    assertThat(lane.isRevoked()).isTrue();
    assertThat(lane.settled()).isNotDone();
    StepVerifier.create(lane.portions(0)).verifyComplete();
  }

  @Test
  void settle_twice_isSettled() {
    lane.settle();
    lane.settle();
    assertThat(lane.settled()).isCompleted();
  }

  private static Portion portion(long offset, long sizeBytes) {
    return new Portion(List.of(), new OffsetRange(offset, offset + 1), 0, false, sizeBytes);
  }
}
