/**
 * Losses of files. In: Avro object container files of {@code LogitBatch} records. Out: one JSON
 * object a record.
 */
@NullMarked
package io.losswatch.deploy.eval;

import org.jspecify.annotations.NullMarked;
