/**
 * The records of the wire, generated from {@code src/main/avro}. {@link
 * io.losswatch.schemas.codec.RecordCodec} writes and reads them.
 *
 * <p>Since 1.12.2, Avro itself loads generated classes only if the JVM trusts them: builders that
 * fill in an enum's default or copy a nested record need {@code
 * -Dorg.apache.avro.SERIALIZABLE_PACKAGES=io.losswatch.schemas}. Constructors, setters, builders
 * with all enums set, and the codec do not.
 */
package io.losswatch.schemas;
