package io.losswatch.deploy.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.deploy.broker.SecuredBroker;
import io.losswatch.deploy.broker.SecuredBroker.Listener;
import io.losswatch.deploy.config.Configuration;
import io.losswatch.stream.LossStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The whole job on a broker that asks who it talks to, with just the permissions that SECURITY.md
 * says; and what the service says when it is refused.
 */
class SecuredServiceIT {
  @TempDir private static Path directory = Path.of("");

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Access access;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static SecuredBroker broker;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Admin admin;

  @BeforeAll
  static void start() throws Exception {
    access = Access.make(directory);
    broker = access.broker();
    admin = broker.admin();
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  private static List<AclBinding> bindings(Job job, String user, Set<String> when)
      throws Exception {
    return Permission.documented().stream()
        .filter(permission -> when.contains(permission.when()))
        .map(permission -> permission.binding(user, job.names()))
        .toList();
  }

  @Test
  void documentedCommands_sayWhatTheTableSays() throws Exception {
    List<String> documented =
        Permission.document().lines().filter(line -> line.startsWith("$ACL ")).toList();

    assertThat(documented).isNotEmpty().isEqualTo(Permission.commands());
    assertThat(Permission.documented())
        .extracting(Permission::type)
        .doesNotContain(ResourceType.CLUSTER);
    assertThat(Permission.documented())
        .extracting(Permission::when)
        .containsOnly(Permission.ALWAYS, Permission.LABELS, Permission.CREATE, Permission.GROWTH);
  }

  /** Listener, group protocol, and whether the service makes its topics and labels come later. */
  @ParameterizedTest
  @CsvSource({
    "TLS, classic, true, false",
    "MUTUAL, classic, true, false",
    "SCRAM, consumer, true, true",
  })
  void wholeJob_throughAListener_equalsTheOracle(
      Listener listener, String protocol, boolean createsTopics, boolean isLabelledLater)
      throws Exception {
    Job job = new Job(broker, "job-" + listener.name().toLowerCase(Locale.ROOT), isLabelledLater);
    job.makeInputs(admin);
    List<String> when = new ArrayList<>(List.of(Permission.ALWAYS, Permission.CREATE));
    if (isLabelledLater) {
      when.add(Permission.LABELS);
    }
    // over TLS of the server alone nobody is asked who it is
    String user = listener == Listener.MUTUAL ? "mutual" : "scram";
    new Grants(admin).add(bindings(job, user, Set.copyOf(when)));
    job.send();

    String kafka =
        access.kafka(broker, listener) + "  consumer: {group.protocol: " + protocol + "}\n";
    job.run(job.configuration(directory, kafka, createsTopics, ""));

    job.check();
  }

  @Test
  void permission_thatIsMissing_endsTheServiceWithItsName() throws Exception {
    Job job = new Job(broker, "least", true);
    job.makeInputs(admin);
    Set<String> when = Set.of(Permission.ALWAYS, Permission.LABELS);
    new Grants(admin).add(bindings(job, "plain", when));
    // somebody else makes the topics
    Path open = job.configuration(directory, access.kafka(broker, Listener.PLAINTEXT), true, "");
    LossStream.createTopics(Configuration.load(open, Map.of()).settings());
    Path file = job.configuration(directory, access.kafka(broker, Listener.PLAIN), false, "");
    job.send();
    job.run(file);
    job.check();

    for (Permission permission : Permission.documented()) {
      if (when.contains(permission.when())) {
        AclBinding binding = permission.binding("plain", job.names());
        new Grants(admin).remove(binding);
        job.sendMore();
        endsNaming(permission, job, file);
        new Grants(admin).add(List.of(binding));
      }
    }
  }

  @Test
  void permissionToMake_thatIsMissing_endsTheServiceWithItsName() throws Exception {
    Job job = new Job(broker, "making", false);
    job.makeInputs(admin);
    Collection<AclBinding> always = bindings(job, "plain", Set.of(Permission.ALWAYS));
    new Grants(admin).add(always);
    Path file = job.configuration(directory, access.kafka(broker, Listener.PLAIN), true, "");
    for (Permission permission : Permission.documented()) {
      if (permission.when().equals(Permission.CREATE)) {
        endsNaming(permission, job, file);
        new Grants(admin).add(List.of(permission.binding("plain", job.names())));
      }
    }
    job.send();
    job.run(file);
    job.check();

    admin
        .createPartitions(Map.of(job.topic("predictions"), NewPartitions.increaseTo(3)))
        .all()
        .get();
    for (Permission permission : Permission.documented()) {
      if (permission.when().equals(Permission.GROWTH)) {
        endsNaming(permission, job, file);
        new Grants(admin).add(List.of(permission.binding("plain", job.names())));
      }
    }
    assertThat(LossStream.createTopics(Configuration.load(file, Map.of()).settings()))
        .contains("making-making-predictions-state");
  }

  private static void endsNaming(Permission permission, Job job, Path file) throws Exception {
    long begun = System.nanoTime();
    Printed printed = Printed.by("run", "--config", file.toString());

    assertThat(printed.exitCode()).as("%s: %s", permission, printed.text()).isEqualTo(1);
    assertThat(printed.failure()).as("%s", permission).contains(permission.actualName(job.names()));
    assertThat(printed.text()).doesNotContain("\tat ", Access.CANARY);
    System.out.printf(
        "[refused] %s: %s (%.1f s)%n",
        permission, printed.failure(), (System.nanoTime() - begun) / 1e9);
  }
}
