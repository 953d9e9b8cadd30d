package io.losswatch.stream;

import io.losswatch.stream.broker.JavaProcess;
import io.losswatch.stream.broker.KafkaBroker;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.TransactionState;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An instance stands still inside a transaction, as in a long pause of its machine, until the
 * brokers have ended the transaction for it. It still owns its partitions when it goes on.
 */
@Tag("fault")
class TransactionTimedOutIT {
  private static final String TRANSACTIONAL_ID = "test-evaluate-a";

  /** Twice: an instance that took it for a fencing would give up at the second one. */
  private static final int PAUSES = 2;

  @Test
  void transaction_endedByTheBrokers_countsEverySampleOnce() throws Exception {
    Map<String, String> patientGroup = Map.of("kafka.consumer.session.timeout.ms", "45000");
    try (KafkaBroker broker = KafkaBroker.start();
        Trial trial = new Trial("transaction timed out", broker.bootstrapServers(), patientGroup)) {
      JavaProcess instance = trial.start("a", "classic");
      trial.feed(Feeding.Rate.STEADY);
      for (int pause = 0; pause < PAUSES; pause++) {
        trial.awaitProgress();
        trial.await("a transaction has timed out", () -> hasTimedOut(trial, instance));
        instance.resume();
        trial.awaitRecovery("a transaction that the brokers have ended");
      }
      trial.finish();
      trial.terminateAll();
    }
  }

  /** Stops the instance; lets it go on if that was not inside a transaction. */
  private static boolean hasTimedOut(Trial trial, JavaProcess instance) {
    try {
      instance.suspend();
      if (state(trial) == TransactionState.ONGOING) {
        trial.await(
            "the transaction ends",
            () ->
                List.of(TransactionState.COMPLETE_ABORT, TransactionState.COMPLETE_COMMIT)
                    .contains(state(trial)));
        if (state(trial) == TransactionState.COMPLETE_ABORT) {
          return true;
        }
      }
      instance.resume();
      return false;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TransactionState state(Trial trial) {
    return Trial.get(
            trial
                .admin()
                .describeTransactions(List.of(TRANSACTIONAL_ID))
                .description(TRANSACTIONAL_ID))
        .state();
  }
}
