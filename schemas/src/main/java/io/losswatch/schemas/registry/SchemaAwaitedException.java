package io.losswatch.schemas.registry;

/** A schema has to be fetched before the record can be read. */
public final class SchemaAwaitedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient SchemaId id;

  SchemaAwaitedException(SchemaId id) {
    super(id + " has not been fetched yet", null, false, false);
    this.id = id;
  }

  /** What to fetch. */
  public SchemaId id() {
    return id;
  }
}
