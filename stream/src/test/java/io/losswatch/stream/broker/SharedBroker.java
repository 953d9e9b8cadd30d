package io.losswatch.stream.broker;

import java.io.IOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One broker for all tests of a run that ask for it: each has topics and groups of its own. */
public final class SharedBroker implements ParameterResolver {
  private record Started(KafkaBroker broker) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      broker.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == KafkaBroker.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedBroker.class))
        .getOrComputeIfAbsent(Started.class, none -> start(), Started.class)
        .broker();
  }

  private static Started start() {
    try {
      return new Started(KafkaBroker.start());
    } catch (Exception e) {
      throw new ParameterResolutionException("no broker", e);
    }
  }
}
