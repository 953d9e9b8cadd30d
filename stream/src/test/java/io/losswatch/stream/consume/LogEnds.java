package io.losswatch.stream.consume;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.internals.KafkaFutureImpl;

/** Brokers that are asked where logs end, and answer when the test says so. */
final class LogEnds {
  private final List<Set<TopicPartition>> questions = new ArrayList<>();
  private final Map<TopicPartition, KafkaFutureImpl<ListOffsetsResultInfo>> open = new HashMap<>();

  /** An admin client that can do nothing else. */
  Admin admin() {
    return (Admin)
        Proxy.newProxyInstance(
            LogEnds.class.getClassLoader(), new Class<?>[] {Admin.class}, this::invoke);
  }

  /** What was asked, in order. */
  List<Set<TopicPartition>> questions() {
    return questions;
  }

  void answer(TopicPartition partition, long endOffset) {
    open.remove(partition).complete(new ListOffsetsResultInfo(endOffset, -1, Optional.empty()));
  }

  void fail(TopicPartition partition, Throwable failure) {
    open.remove(partition).completeExceptionally(failure);
  }

  private Object invoke(Object proxy, Method method, Object[] arguments) {
    if (!method.getName().equals("listOffsets")) {
      throw new UnsupportedOperationException(method.getName());
    }
    Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> futures = new HashMap<>();
    for (Object key : ((Map<?, ?>) arguments[0]).keySet()) {
      KafkaFutureImpl<ListOffsetsResultInfo> future = new KafkaFutureImpl<>();
      open.put((TopicPartition) key, future);
      futures.put((TopicPartition) key, future);
    }
    questions.add(Set.copyOf(futures.keySet()));
    return new ListOffsetsResult(futures);
  }
}
