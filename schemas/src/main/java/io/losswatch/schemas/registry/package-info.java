/**
 * Schema registries that speak Confluent's HTTP API. What comes in: ids from records, and schemas
 * to register. What goes out: schemas and ids; {@code unknown-schema} for what the registry does
 * not know, and a {@code RegistryException} when it cannot be asked, which says nothing about the
 * record.
 */
@NullMarked
package io.losswatch.schemas.registry;

import org.jspecify.annotations.NullMarked;
