package io.losswatch.stream.consume;

import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

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
            new ConsumeSettings.Pace(
                CommitGrid.of(Duration.ofMillis(100)), Duration.ZERO, Duration.ofSeconds(10)),
            1 << 20);
    GroupMember consumer = new GroupMember();
    List<TopicPartition> assignment =
        IntStream.range(0, partitions).mapToObj(i -> new TopicPartition("predictions", i)).toList();
    consumer.schedulePollTask(() -> consumer.rebalance(assignment));
    Admin admin = admin();
    DescribedTopics described = new DescribedTopics();
    described.put("predictions", Uuid.randomUuid(), partitions);
    InputTopics topics = new InputTopics(described.admin(), settings.topics(), Duration.ofDays(1));
    Brake brake = new Brake(new SourceWatermarks(Map.of()), Brake.UNBOUNDED);
    PollLoop.Questions questions =
        new PollLoop.Questions(new IdleProbe(admin, Duration.ZERO), topics, brake);
    PollLoop loop =
        new PollLoop(consumer, settings, ownership, questions, () -> Moment.now(Clock.systemUTC()));
    Thread thread = new Thread(loop, "poll");
    thread.setDaemon(true);
    thread.start();
    LaneRestoring restoring = new LaneRestoring(admin, settings, topics);
    return new Consuming(loop, questions, admin, restoring, null);
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
