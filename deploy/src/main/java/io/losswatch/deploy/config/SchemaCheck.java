package io.losswatch.deploy.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Result;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import com.networknt.schema.path.NodePath;
import com.networknt.schema.walk.ApplyDefaultsStrategy;
import com.networknt.schema.walk.WalkConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The schema of the configuration: puts defaults into a tree and finds what the schema forbids. */
final class SchemaCheck {
  private static final String RESOURCE = "configuration.schema.json";

  private final JsonNode definition;
  private final Schema schema;

  SchemaCheck() {
    this.definition = read();
    Dialect dialect =
        Dialect.builder(Dialects.getDraft202012())
            .formats(List.of(ValueFormat.values()))
            .keyword(new NonValidationKeyword(SchemaPlace.LATER))
            .build();
    SchemaRegistryConfig assertions =
        SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build();
    this.schema =
        SchemaRegistry.withDialect(dialect, registry -> registry.schemaRegistryConfig(assertions))
            .getSchema(definition);
  }

  /**
   * Removes the blanks of the tree, adds the defaults, and gives what is wrong in it: an unknown
   * key is wrong without a value too.
   */
  List<Problem> complete(ObjectNode tree) {
    Stream<Error> unknown =
        schema.validate(tree).stream()
            .filter(error -> error.getKeyword().equals("additionalProperties"));
    Blanks.removeFrom(tree);
    WalkConfig defaults =
        WalkConfig.builder()
            .applyDefaultsStrategy(
                ApplyDefaultsStrategy.builder().applyPropertyDefaults(true).build())
            .build();
    Result result = schema.walk(tree, true, context -> context.setWalkConfig(defaults));
    return Stream.concat(unknown, result.getErrors().stream()).map(this::problem).toList();
  }

  private Problem problem(Error error) {
    SchemaPlace place = SchemaPlace.at(definition, error.getEvaluationPath());
    String path = path(error.getInstanceLocation());
    String property = Objects.requireNonNullElse(error.getProperty(), "");
    return switch (error.getKeyword()) {
      case "required" ->
          new Problem(
              Paths.child(path, property), place.missing(property, error.getInstanceNode()));
      case "additionalProperties" ->
          new Problem(Paths.child(path, property), place.unknown(property));
      default -> new Problem(path, place.refused(path, error.getInstanceNode()));
    };
  }

  private static String path(NodePath location) {
    String path = "";
    for (int i = 0; i < location.getNameCount(); i++) {
      Object element = location.getElement(i);
      path =
          element instanceof Integer index
              ? Paths.item(path, index)
              : Paths.child(path, String.valueOf(element));
    }
    return path;
  }

  private static JsonNode read() {
    try (InputStream in = SchemaCheck.class.getResourceAsStream(RESOURCE)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
