package io.losswatch.deploy.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What a broker of one node needs to be told.
 *
 * @param directory of log and metadata
 * @param brokerPort for clients
 * @param controllerPort for the broker itself
 * @param makesTopics true: a topic that somebody writes to comes into being
 */
record BrokerProperties(Path directory, int brokerPort, int controllerPort, boolean makesTopics) {
  static final int NODE_ID = 1;
  static final String CONTROLLER = "CONTROLLER";

  /** The largest record of losswatch's default configuration, and room for its framing. */
  private static final int MAX_MESSAGE_BYTES = (64 << 20) + (1 << 20);

  Map<String, String> asMap() {
    Map<String, String> properties = new HashMap<>(node());
    properties.putAll(singleReplica());
    properties.putAll(smallFootprint());
    properties.putAll(quickRebalances());
    properties.put("auto.create.topics.enable", String.valueOf(makesTopics));
    properties.put("num.partitions", "6");
    // there is nobody else to lead: a machine that stands still for a while does not change that
    properties.put("broker.session.timeout.ms", "60000");
    return properties;
  }

  /** What a controller without a broker needs, which gives a broker half a second. */
  Map<String, String> ofUndertaker() {
    Map<String, String> properties = new HashMap<>(node());
    properties.put("process.roles", "controller");
    properties.put("listeners", CONTROLLER + "://" + EmbeddedBroker.HOST + ":" + controllerPort);
    properties.remove("advertised.listeners");
    properties.put("broker.heartbeat.interval.ms", "100");
    properties.put("broker.session.timeout.ms", "500");
    return properties;
  }

  private Map<String, String> node() {
    String host = EmbeddedBroker.HOST + ":";
    String listener = "PLAINTEXT://" + host + brokerPort;
    return Map.of(
        "process.roles",
        "broker,controller",
        "node.id",
        String.valueOf(NODE_ID),
        "controller.quorum.voters",
        NODE_ID + "@" + host + controllerPort,
        "controller.listener.names",
        CONTROLLER,
        "listeners",
        listener + "," + CONTROLLER + "://" + host + controllerPort,
        "advertised.listeners",
        listener,
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT",
        "log.dirs",
        directory.toString());
  }

  private static Map<String, String> singleReplica() {
    return Map.of(
        "offsets.topic.replication.factor", "1",
        "offsets.topic.num.partitions", "1",
        "transaction.state.log.replication.factor", "1",
        "transaction.state.log.min.isr", "1",
        "transaction.state.log.num.partitions", "1",
        "share.coordinator.state.topic.replication.factor", "1",
        "share.coordinator.state.topic.min.isr", "1",
        "share.coordinator.state.topic.num.partitions", "1");
  }

  private static Map<String, String> smallFootprint() {
    return Map.of(
        "log.cleaner.dedupe.buffer.size", "2097152",
        "num.network.threads", "2",
        "num.io.threads", "4",
        "background.threads", "2",
        "num.recovery.threads.per.data.dir", "1",
        "message.max.bytes", String.valueOf(MAX_MESSAGE_BYTES),
        "replica.fetch.max.bytes", String.valueOf(MAX_MESSAGE_BYTES));
  }

  /** A rebalance of the consumer protocol takes 5 s with Kafka's defaults, 0.2 s with these. */
  private static Map<String, String> quickRebalances() {
    return Map.of(
        "group.initial.rebalance.delay.ms", "0",
        "group.consumer.min.heartbeat.interval.ms", "50",
        "group.consumer.heartbeat.interval.ms", "500",
        "group.consumer.min.assignment.interval.ms", "0",
        "group.consumer.assignment.interval.ms", "0");
  }
}
