/**
 * Losses of files. In: Avro object container files of {@code LogitBatch} records. Out: one JSON
 * object a record, or a window.
 */
@NullMarked
package io.losswatch.deploy.eval;

import org.jspecify.annotations.NullMarked;
