package io.losswatch.stream;

import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.broker.JavaProcess;
import io.losswatch.stream.broker.KafkaBroker;
import io.losswatch.stream.broker.StreamProcess;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A permission is missing, from the start or from one moment on: the instance says which and ends,
 * it does not try again and again. With the permission the next one goes on from the committed
 * state.
 */
@Tag("fault")
class AuthorisationRefusedIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** One of each hop. */
  private static final int MAX_RESTARTS = 2;

  /** What the stream needs where its topics are made by somebody else. */
  private static final List<Permission> NEEDED =
      List.of(
          new Permission(TOPIC, "predictions", READ),
          new Permission(TOPIC, "partials", READ),
          new Permission(TOPIC, "partials", WRITE),
          new Permission(TOPIC, "test-predictions-state", READ),
          new Permission(TOPIC, "test-predictions-state", WRITE),
          new Permission(TOPIC, "test-partials-state", READ),
          new Permission(TOPIC, "test-partials-state", WRITE),
          new Permission(TOPIC, "rolling-loss", DESCRIBE),
          new Permission(TOPIC, "rolling-loss", WRITE),
          new Permission(TOPIC, "dead-letter", DESCRIBE),
          new Permission(TOPIC, "dead-letter", WRITE),
          new Permission(GROUP, "test-evaluate", READ),
          new Permission(GROUP, "test-roll", READ),
          new Permission(TRANSACTIONAL_ID, "test-evaluate-a", WRITE),
          new Permission(TRANSACTIONAL_ID, "test-roll-a", WRITE));

  private static final List<Permission> MISSED_AT_START =
      List.of(
          new Permission(TOPIC, "predictions", READ),
          new Permission(TOPIC, "test-partials-state", READ),
          new Permission(GROUP, "test-roll", READ),
          new Permission(TRANSACTIONAL_ID, "test-evaluate-a", WRITE));

  private static final List<Permission> TAKEN_AWAY =
      List.of(
          new Permission(TOPIC, "rolling-loss", WRITE),
          new Permission(TOPIC, "predictions", READ),
          new Permission(GROUP, "test-evaluate", READ));

  /** One entry of an access control list. */
  private record Permission(ResourceType type, String name, AclOperation operation) {
    AclBinding binding() {
      return new AclBinding(
          new ResourcePattern(type, name, PatternType.LITERAL),
          new AccessControlEntry("User:losswatch", "*", operation, AclPermissionType.ALLOW));
    }
  }

  @Test
  void permission_missing_endsWithItsNameAndGoesOnOnceItIsThere() throws Exception {
    try (KafkaBroker broker = KafkaBroker.startGuarded();
        Trial trial = new Trial("refused", broker.bootstrapServers(), settings(broker))) {
      LossStream.createTopics(
          StreamProcess.settings(broker.bootstrapServers(), "admin", "classic"));
      NEEDED.forEach(permission -> grant(trial, permission));
      trial.feed(Feeding.Rate.STEADY);
      for (Permission permission : TAKEN_AWAY) {
        JavaProcess instance = trial.start("a", "classic");
        trial.awaitRecovery("a permission that was missing");
        withdraw(trial, permission);
        endsNaming(permission, instance);
        grant(trial, permission);
      }
      // after there is state: nobody reads what is empty
      for (Permission permission : MISSED_AT_START) {
        withdraw(trial, permission);
        endsNaming(permission, trial.start("a", "classic"));
        grant(trial, permission);
      }
      trial.start("a", "classic");
      trial.awaitRecovery("a permission that was missing");
      trial.finish();
      trial.terminateAll();
    }
  }

  private static void endsNaming(Permission permission, JavaProcess instance)
      throws InterruptedException {
    assertThat(instance.awaitExit(PATIENCE))
        .as("%s: %s", permission, instance.output())
        .isEqualTo(1);
    assertThat(instance.output())
        .as("%s", permission)
        .contains("AuthorizationException")
        .contains(permission.name());
    // what the coordinator of the group refuses looks like something that heals, once
    assertThat(instance.output().lines().filter(line -> line.contains("starting anew")))
        .as("%s", permission)
        .hasSizeLessThanOrEqualTo(MAX_RESTARTS);
  }

  private static void grant(Trial trial, Permission permission) {
    Trial.get(trial.admin().createAcls(List.of(permission.binding())).all());
    trial.await(permission + " granted", () -> granted(trial).contains(permission.binding()));
  }

  private static void withdraw(Trial trial, Permission permission) {
    Trial.get(trial.admin().deleteAcls(List.of(permission.binding().toFilter())).all());
    trial.await(permission + " withdrawn", () -> !granted(trial).contains(permission.binding()));
  }

  private static Set<AclBinding> granted(Trial trial) {
    return new HashSet<>(Trial.get(trial.admin().describeAcls(AclBindingFilter.ANY).values()));
  }

  private static Map<String, String> settings(KafkaBroker broker) {
    return Map.of(
        "kafka.bootstrap.servers",
        broker.guardedServers(),
        "kafka.security.protocol",
        "SASL_PLAINTEXT",
        "kafka.sasl.mechanism",
        "PLAIN",
        "kafka.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " username=\"losswatch\" password=\"secret\";");
  }
}
