package io.losswatch.deploy.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * A row of the table of permissions in SECURITY.md, one operation of it.
 *
 * @param type of the resource
 * @param name with words in capitals
 * @param operation allowed
 * @param when it is needed
 */
record Permission(ResourceType type, String name, AclOperation operation, String when) {
  static final String ALWAYS = "always";
  static final String LABELS = "with `topics.labels`";
  static final String CREATE = "to make it";
  static final String GROWTH = "when an input gets more partitions";

  private static final Pattern ROW =
      Pattern.compile("\\| ([a-z-]+) \\| `([^`]+)` \\| ([A-Z, ]+) \\| (.+) \\|");

  /** SECURITY.md. */
  static String document() throws IOException {
    return Files.readString(Path.of("SECURITY.md"));
  }

  /** All that the table says. */
  static List<Permission> documented() throws IOException {
    List<Permission> permissions = new ArrayList<>();
    Matcher row = ROW.matcher(document());
    while (row.find()) {
      ResourceType type =
          ResourceType.valueOf(row.group(1).replace('-', '_').toUpperCase(Locale.ROOT));
      for (String operation : row.group(3).split(", ")) {
        permissions.add(
            new Permission(type, row.group(2), AclOperation.valueOf(operation), row.group(4)));
      }
    }
    return permissions;
  }

  /** The lines for Kafka's tool that say the same as the table. */
  static List<String> commands() throws IOException {
    return ROW.matcher(document())
        .results()
        .map(row ->
            "$ACL%s --%s %s"
                .formatted(
                    String.join(
                        "",
                        Arrays.stream(row.group(3).split(", "))
                            .map(operation ->
                                " --operation "
                                    + operation.charAt(0)
                                    + operation.substring(1).toLowerCase(Locale.ROOT))
                            .toList()),
                    row.group(1),
                    row.group(2)))
        .toList();
  }

  /** The permission of a user, with the names of an application. */
  AclBinding binding(String user, Map<String, String> names) {
    return new AclBinding(
        new ResourcePattern(type, actualName(names), PatternType.LITERAL),
        new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
  }

  /** The name with the words in capitals replaced. */
  String actualName(Map<String, String> names) {
    String actual = name;
    for (Map.Entry<String, String> entry : names.entrySet()) {
      actual = actual.replace(entry.getKey(), entry.getValue());
    }
    return actual;
  }

  @Override
  public String toString() {
    return operation + " on " + type + " " + name;
  }
}
