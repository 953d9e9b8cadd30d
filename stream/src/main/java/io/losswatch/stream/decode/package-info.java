/**
 * Second stage. In: portions of records. Out: the same records, each read or refused with the
 * reason.
 *
 * <p>Malformed data is an element of the stream, never an error signal.
 */
@NullMarked
package io.losswatch.stream.decode;

import org.jspecify.annotations.NullMarked;
