package io.losswatch.schemas.registry;

import io.losswatch.core.batch.RefusedException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a registry has answered, so that it is asked once and not once a record. Holds the {@link
 * #MAX} ids used last. Any thread.
 */
public final class RegistrySchemas {
  /** Ids that are remembered: more than the writers of a few topics ever have at one time. */
  static final int MAX = 1000;

  /**
   * An id never changes its schema, but an unknown one may be registered later; until then a
   * producer gone wrong costs the registry a request in this time.
   */
  static final Duration UNKNOWN_FOR = Duration.ofSeconds(10);

  private final SchemaRegistry registry;
  private final LongSupplier nanoTime;
  private final Map<SchemaId, Answer> answers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SchemaId, Answer> eldest) {
          return size() > MAX;
        }
      };

  /** One of the two is null. */
  private record Answer(@Nullable Schema schema, @Nullable RefusedException refusal, long nanos) {}

  private RegistrySchemas(SchemaRegistry registry, LongSupplier nanoTime) {
    this.registry = registry;
    this.nanoTime = nanoTime;
  }

  /** The schemas of a registry, none of them fetched yet. */
  public static RegistrySchemas of(SchemaRegistry registry) {
    return new RegistrySchemas(registry, System::nanoTime);
  }

  static RegistrySchemas of(SchemaRegistry registry, LongSupplier nanoTime) {
    return new RegistrySchemas(registry, nanoTime);
  }

  /** The registry itself. */
  public SchemaRegistry registry() {
    return registry;
  }

  /**
   * The schema with an id; never blocks.
   *
   * @throws SchemaAwaitedException if it has to be {@link #fetch}ed first
   * @throws RefusedException {@code unknown-schema} if the registry has said so
   */
  public Schema known(SchemaId id) {
    Answer answer = answer(id);
    if (answer.refusal() != null) {
      throw new RefusedException(
          answer.refusal().reason(), String.valueOf(answer.refusal().getMessage()));
    }
    if (answer.schema() == null) {
      throw new SchemaAwaitedException(id);
    }
    return answer.schema();
  }

  private synchronized Answer answer(SchemaId id) {
    Answer answer = answers.get(id);
    boolean isOld =
        answer != null
            && answer.refusal() != null
            && nanoTime.getAsLong() - answer.nanos() >= UNKNOWN_FOR.toNanos();
    return answer == null || isOld ? new Answer(null, null, 0) : answer;
  }

  /**
   * Asks the registry, so that the id is {@link #known} one way or the other. Blocks.
   *
   * @throws RegistryException if it cannot be asked now
   */
  public void fetch(SchemaId id) {
    Answer answer;
    try {
      answer = new Answer(registry.find(id), null, nanoTime.getAsLong());
    } catch (RefusedException e) {
      answer = new Answer(null, e, nanoTime.getAsLong());
    }
    synchronized (this) {
      answers.put(id, answer);
    }
  }
}
