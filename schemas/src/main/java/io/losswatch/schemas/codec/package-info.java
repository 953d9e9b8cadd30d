/**
 * Between bytes and records. What comes in: the value of a Kafka record or an Avro container file,
 * from anybody, so never trusted. What goes out: core's {@code Batch}, whose tensors are views of
 * the bytes that came in, or one of our own records; or a {@code RefusedException} that says why
 * not.
 */
@NullMarked
package io.losswatch.schemas.codec;

import org.jspecify.annotations.NullMarked;
