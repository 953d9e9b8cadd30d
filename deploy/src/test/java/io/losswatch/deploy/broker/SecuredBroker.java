package io.losswatch.deploy.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.utils.Time;

/**
 * The embedded broker with an authorizer and a listener of each kind. Who does not say who it is
 * may do everything, the others what ACLs allow.
 */
public final class SecuredBroker implements AutoCloseable {
  private static final int SCRAM_ITERATIONS = 4096;

  private final KafkaRaftServer server;
  private final DataDirectory directory;
  private final Map<Listener, Integer> ports;

  /** Ways to connect. */
  public enum Listener {
    /** No encryption, nobody says who it is. */
    PLAINTEXT("PLAINTEXT"),
    /** The broker has a certificate. */
    TLS("SSL"),
    /** Both sides have a certificate; a client's common name is its user. */
    MUTUAL("SSL"),
    /** User and password, unencrypted. */
    PLAIN("SASL_PLAINTEXT"),
    /** User and password by SCRAM-SHA-512, encrypted. */
    SCRAM("SASL_SSL");

    private final String protocol;

    Listener(String protocol) {
      this.protocol = protocol;
    }

    /** What clients take as {@code security.protocol}. */
    public String protocol() {
      return protocol;
    }
  }

  /**
   * What the broker knows.
   *
   * @param keystore of its own
   * @param truststore of its clients
   * @param storePassword of both
   * @param plainPassword of the user {@code plain}
   * @param scramPassword of the user {@code scram}
   */
  public record Keys(
      Path keystore,
      Path truststore,
      String storePassword,
      String plainPassword,
      String scramPassword) {}

  private SecuredBroker(
      KafkaRaftServer server, DataDirectory directory, Map<Listener, Integer> ports) {
    this.server = server;
    this.directory = directory;
    this.ports = ports;
  }

  /** Starts one with an empty log. */
  public static SecuredBroker start(Keys keys) throws Exception {
    DataDirectory directory = DataDirectory.temporary();
    directory.format();
    Map<Listener, Integer> ports = new EnumMap<>(Listener.class);
    for (Listener listener : Listener.values()) {
      ports.put(listener, freePort());
    }
    int controllerPort = freePort();
    Map<String, String> properties =
        new HashMap<>(
            new BrokerProperties(
                    directory.path(),
                    ports.getOrDefault(Listener.PLAINTEXT, 0),
                    controllerPort,
                    false)
                .asMap());
    properties.putAll(listeners(ports, controllerPort));
    properties.putAll(authentication(keys));
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
    server.startup();
    SecuredBroker broker = new SecuredBroker(server, directory, ports);
    broker.addScramUser(keys.scramPassword());
    return broker;
  }

  /** Where a listener is. */
  public String servers(Listener listener) {
    return EmbeddedBroker.HOST + ":" + ports.get(listener);
  }

  /** One that may do everything. */
  public Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", servers(Listener.PLAINTEXT)));
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
    directory.close();
  }

  private void addScramUser(String password) throws Exception {
    List<UserScramCredentialAlteration> user =
        List.of(
            new UserScramCredentialUpsertion(
                "scram",
                new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, SCRAM_ITERATIONS),
                password));
    try (Admin admin = admin()) {
      admin.alterUserScramCredentials(user).all().get();
    }
  }

  private static Map<String, String> listeners(Map<Listener, Integer> ports, int controllerPort) {
    List<String> places = new ArrayList<>();
    List<String> protocols = new ArrayList<>();
    ports.forEach((listener, port) -> {
      places.add(listener + "://" + EmbeddedBroker.HOST + ":" + port);
      protocols.add(listener + ":" + listener.protocol());
    });
    String advertised = String.join(",", places);
    return Map.of(
        "listeners",
        advertised + ",CONTROLLER://" + EmbeddedBroker.HOST + ":" + controllerPort,
        "advertised.listeners",
        advertised,
        "listener.security.protocol.map",
        String.join(",", protocols) + ",CONTROLLER:PLAINTEXT",
        "authorizer.class.name",
        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users",
        "User:ANONYMOUS");
  }

  private static Map<String, String> authentication(Keys keys) {
    return Map.ofEntries(
        Map.entry("ssl.keystore.location", keys.keystore().toString()),
        Map.entry("ssl.keystore.type", "PKCS12"),
        Map.entry("ssl.keystore.password", keys.storePassword()),
        Map.entry("listener.name.mutual.ssl.client.auth", "required"),
        Map.entry("ssl.truststore.location", keys.truststore().toString()),
        Map.entry("ssl.truststore.type", "PKCS12"),
        Map.entry("ssl.truststore.password", keys.storePassword()),
        Map.entry("ssl.principal.mapping.rules", "RULE:^CN=([^,]+).*$/$1/,DEFAULT"),
        Map.entry("listener.name.plain.sasl.enabled.mechanisms", "PLAIN"),
        Map.entry(
            "listener.name.plain.plain.sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required user_plain=\""
                + keys.plainPassword()
                + "\";"),
        Map.entry("listener.name.scram.sasl.enabled.mechanisms", "SCRAM-SHA-512"),
        Map.entry(
            "listener.name.scram.scram-sha-512.sasl.jaas.config",
            "org.apache.kafka.common.security.scram.ScramLoginModule required;"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
