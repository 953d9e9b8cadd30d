package io.losswatch.deploy.security;

import io.losswatch.deploy.broker.SecuredBroker;
import io.losswatch.deploy.broker.SecuredBroker.Listener;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How a client of a secured broker says who it is, with secrets that are found in what is printed.
 *
 * @param directory of certificates and secrets
 * @param certificates of both sides
 */
record Access(Path directory, Certificates certificates) {
  /** All secrets have it in them. */
  static final String CANARY = "planted";

  private static final String STORES = CANARY + "-stores";
  private static final String PLAIN = CANARY + "-plain";
  private static final String SCRAM = CANARY + "-scram";
  private static final String LOGIN =
      "org.apache.kafka.common.security.%s required username=\"%s\" password=\"%s\";";

  /** Makes certificates, and files with secrets for Kafka's config providers. */
  static Access make(Path directory) throws Exception {
    Files.writeString(
        directory.resolve("secrets.properties"),
        "jaas="
            + LOGIN.formatted("plain.PlainLoginModule", "plain", PLAIN)
            + "\nwrong="
            + LOGIN.formatted("plain.PlainLoginModule", "plain", CANARY + "-wrong"));
    Path folder = Files.createDirectory(directory.resolve("secrets"));
    Files.writeString(
        folder.resolve("jaas"), LOGIN.formatted("scram.ScramLoginModule", "scram", SCRAM));
    Files.writeString(
        folder.resolve("wrong"),
        LOGIN.formatted("scram.ScramLoginModule", "scram", CANARY + "-wrong"));
    Files.writeString(folder.resolve("stores"), STORES);
    return new Access(directory, Certificates.make(directory, STORES));
  }

  SecuredBroker broker() throws Exception {
    return SecuredBroker.start(
        new SecuredBroker.Keys(
            certificates.store("broker"),
            certificates.store("trusts-client"),
            STORES,
            PLAIN,
            SCRAM));
  }

  /** Lines of the block {@code kafka} for a listener. */
  String kafka(SecuredBroker broker, Listener listener) {
    String common =
        """
          bootstrap.servers: %s
          security.protocol: %s
          config.providers: file,directory
          config.providers.file.class: org.apache.kafka.common.config.provider.FileConfigProvider
          config.providers.directory.class: org.apache.kafka.common.config.provider.DirectoryConfigProvider
        """
            .formatted(broker.servers(listener), listener.protocol());
    return common
        + switch (listener) {
          case PLAINTEXT -> "";
          case TLS -> trust("trusts-broker");
          case MUTUAL -> trust("trusts-broker") + own("client", STORES);
          case PLAIN -> "  sasl.mechanism: PLAIN\n" + "  sasl.jaas.config: " + plain("jaas") + "\n";
          case SCRAM ->
              trust("trusts-broker")
                  + "  sasl.mechanism: SCRAM-SHA-512\n  sasl.jaas.config: "
                  + scram("jaas")
                  + "\n";
        };
  }

  /** A placeholder of the file provider. */
  String plain(String key) {
    return "\"${file:" + directory.resolve("secrets.properties") + ":" + key + "}\"";
  }

  /** A placeholder of the directory provider. */
  String scram(String key) {
    return "\"${directory:" + directory.resolve("secrets") + ":" + key + "}\"";
  }

  /** Whom the client trusts. */
  String trust(String store) {
    return """
      ssl.truststore.location: %s
      ssl.truststore.type: PKCS12
      ssl.truststore.password: %s
    """
        .formatted(certificates.store(store), scram("stores"));
  }

  /** The client's own certificate. */
  String own(String store, String password) {
    return """
      ssl.keystore.location: %s
      ssl.keystore.type: PKCS12
      ssl.keystore.password: %s
    """
        .formatted(certificates.store(store), password);
  }
}
