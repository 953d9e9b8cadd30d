package io.losswatch.stream.consume;

import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/** The running first stage on Kafka's mock of a consumer, for the tests of hops. */
public final class MockedConsuming {
  private MockedConsuming() {}

  /** Polls on a thread of its own; the first poll assigns so many partitions of predictions. */
  public static Consuming open(int partitions, Ownership ownership) {
    ConsumeSettings settings =
        new ConsumeSettings(
            new ConsumeSettings.Clients(Map.of(), Map.of()),
            "group",
            List.of("predictions"),
            new ConsumeSettings.Pace(Duration.ofMillis(100), Duration.ZERO, Duration.ofSeconds(10)),
            1 << 20);
    GroupMember consumer = new GroupMember();
    List<TopicPartition> assignment =
        IntStream.range(0, partitions).mapToObj(i -> new TopicPartition("predictions", i)).toList();
    consumer.schedulePollTask(() -> consumer.rebalance(assignment));
    Admin admin = admin();
    PollLoop loop =
        new PollLoop(
            consumer, settings, ownership, new IdleProbe(admin, Duration.ZERO), Clock.systemUTC());
    Thread thread = new Thread(loop, "poll");
    thread.setDaemon(true);
    thread.start();
    return new Consuming(loop, admin, new LaneRestoring(admin, settings));
  }

  /** One that can be closed. */
  private static Admin admin() {
    return (Admin)
        Proxy.newProxyInstance(
            MockedConsuming.class.getClassLoader(),
            new Class<?>[] {Admin.class},
            (proxy, method, arguments) -> {
              if (!method.getName().equals("close")) {
                throw new UnsupportedOperationException(method.getName());
              }
              return null;
            });
  }
}
