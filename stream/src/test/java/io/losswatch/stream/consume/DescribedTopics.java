package io.losswatch.stream.consume;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreatePartitionsResult;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;

/** Brokers that know topics, and how many partitions they have. */
final class DescribedTopics {
  static final long INTERVAL = 500;

  private final Map<String, TopicDescription> topics = new HashMap<>();
  private final List<String> questions = new ArrayList<>();
  private int hiddenFor;

  private static final class Described extends DescribeTopicsResult {
    Described(Map<String, KafkaFuture<TopicDescription>> answers) {
      super(null, answers);
    }
  }

  /** An admin client that can do nothing else. */
  Admin admin() {
    return (Admin)
        Proxy.newProxyInstance(
            DescribedTopics.class.getClassLoader(), new Class<?>[] {Admin.class}, this::invoke);
  }

  /** From now on there is a topic. */
  void put(String name, Uuid id, int partitions) {
    List<TopicPartitionInfo> infos =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartitionInfo(partition, null, List.of(), List.of()))
            .toList();
    topics.put(name, new TopicDescription(name, false, infos, null, id));
  }

  /** They know nothing for so many questions. */
  void hideFor(int count) {
    hiddenFor = count;
  }

  void remove(String name) {
    topics.remove(name);
  }

  int partitions(String name) {
    return topics.get(name).partitions().size();
  }

  /** Topics that were asked for, in order. */
  List<String> questions() {
    return questions;
  }

  private Object invoke(Object proxy, Method method, Object[] arguments) throws Exception {
    if (method.getName().equals("describeTopics")) {
      return describe((Collection<?>) arguments[0]);
    }
    if (method.getName().equals("createPartitions")) {
      return grow((Map<?, ?>) arguments[0]);
    }
    throw new UnsupportedOperationException(method.getName());
  }

  private DescribeTopicsResult describe(Collection<?> names) {
    Map<String, KafkaFuture<TopicDescription>> answers = new HashMap<>();
    for (Object name : names) {
      questions.add((String) name);
      KafkaFutureImpl<TopicDescription> answer = new KafkaFutureImpl<>();
      if (hiddenFor-- <= 0 && topics.containsKey(name)) {
        answer.complete(topics.get(name));
      } else {
        answer.completeExceptionally(new UnknownTopicOrPartitionException());
      }
      answers.put((String) name, answer);
    }
    return new Described(answers);
  }

  private CreatePartitionsResult grow(Map<?, ?> wanted) throws Exception {
    Map<String, KafkaFuture<Void>> answers = new HashMap<>();
    wanted.forEach((name, partitions) -> {
      int count = ((NewPartitions) partitions).totalCount();
      KafkaFutureImpl<Void> answer = new KafkaFutureImpl<>();
      if (count > partitions((String) name)) {
        put((String) name, topics.get(name).topicId(), count);
        answer.complete(null);
      } else {
        answer.completeExceptionally(new InvalidPartitionsException("no increase"));
      }
      answers.put((String) name, answer);
    });
    return created(answers);
  }

  /** Its constructor is Kafka's own. */
  private static CreatePartitionsResult created(Map<String, KafkaFuture<Void>> answers)
      throws Exception {
    var constructor = CreatePartitionsResult.class.getDeclaredConstructor(Map.class);
    constructor.setAccessible(true);
    return constructor.newInstance(answers);
  }
}
