package io.losswatch.deploy.broker;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;
import kafka.server.KafkaRaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker that was killed. To the metadata it is alive until its session times out, counted from
 * the next start; until then its successor is not let in, though its coordinators are loaded and
 * try in vain to end what was being committed. When the session does end, every partition is
 * without a leader for a moment; Kafka (seen in 4.4.0) takes such partitions for deleted and drops
 * the markers of those transactions, which then stay open for ever and hold up whoever reads what
 * is committed.
 *
 * <p>So a controller of its own declares the dead one dead before the broker starts. That is
 * quicker, too: 5 s instead of 12.
 */
final class FormerSelf {
  private static final Logger log = LoggerFactory.getLogger(FormerSelf.class);
  private static final String FENCED_BROKERS =
      "kafka.controller:type=KafkaController,name=FencedBrokerCount";
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long GLANCE_NANOS = 20_000_000;

  private FormerSelf() {}

  /**
   * Blocks until the metadata say that it is dead.
   *
   * @throws IOException if the controller does not start
   */
  static void bury(BrokerProperties properties) throws IOException {
    KafkaRaftServer controller = EmbeddedBroker.start(properties.ofUndertaker());
    try {
      long deadline = System.nanoTime() + PATIENCE_NANOS;
      while (fencedBrokers() == 0) {
        if (System.nanoTime() > deadline) {
          log.warn("the broker that used this directory before is not known to be dead");
          return;
        }
        LockSupport.parkNanos(GLANCE_NANOS);
      }
    } finally {
      EmbeddedBroker.stop(controller);
    }
  }

  private static int fencedBrokers() {
    try {
      return ((Number)
              ManagementFactory.getPlatformMBeanServer()
                  .getAttribute(new ObjectName(FENCED_BROKERS), "Value"))
          .intValue();
    } catch (InstanceNotFoundException e) {
      return 0; // it has just begun
    } catch (JMException e) {
      throw new IllegalStateException("the controller's metrics cannot be read", e);
    }
  }
}
