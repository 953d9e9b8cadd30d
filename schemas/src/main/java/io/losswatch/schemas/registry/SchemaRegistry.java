package io.losswatch.schemas.registry;

import org.apache.avro.Schema;

/** A registry of schemas. Methods block; any thread. */
public interface SchemaRegistry {
  /**
   * The schema with this id.
   *
   * @throws io.losswatch.core.batch.RefusedException {@code unknown-schema} if the registry knows
   *     none, or none that is Avro
   * @throws RegistryException if it cannot be asked now
   */
  Schema find(SchemaId id);

  /**
   * The number of a schema under a subject; it is registered there if it is not yet.
   *
   * @param schema self-contained JSON
   * @throws IllegalStateException if the registry refuses, such as a schema that is incompatible
   *     with the subject's earlier ones
   * @throws RegistryException if it cannot be asked now
   */
  int register(String subject, String schema);

  /**
   * Asks whether the registry is there.
   *
   * @throws RegistryException if it is not, or does not let us in
   */
  void ping();
}
