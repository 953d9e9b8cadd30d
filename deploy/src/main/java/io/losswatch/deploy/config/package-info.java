/**
 * The configuration. In: a YAML file and the environment. Out: the settings of a stream, or all
 * that is wrong with the file at once.
 *
 * <p>The keys, their defaults and what they allow stand in {@code configuration.schema.json}; the
 * formats of single values in {@link io.losswatch.deploy.config.ValueFormat}; what takes several
 * values together in {@code Reading} classes.
 */
@NullMarked
package io.losswatch.deploy.config;

import org.jspecify.annotations.NullMarked;
