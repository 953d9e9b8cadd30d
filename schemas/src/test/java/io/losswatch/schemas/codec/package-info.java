/**
 * Tests of the codec. They cover what Avro on Kafka must get right:
 *
 * <table>
 * <caption>Pitfalls and their tests</caption>
 * <tr><td>framing: told apart by the first bytes; an empty value is poison
 *     <td>{@code LogitBatchReaderTest.frame_nullEmptyShortOrOfAnotherKind_isMalformed},
 *         {@code fingerprint_*}, {@code LogitBatchFuzzTest.frame_withBytesChangedCutOrInserted_isReadOrRefused}
 * <tr><td>fingerprints ignore defaults and aliases: a changed record is released anew
 *     <td>{@code ReleasedSchemasTest.currentVersion_changedSinceTheLastRelease_isToBeReleased}
 * <tr><td>evolution: defaults for new fields, string and bytes promote, unknown symbols
 *     <td>{@code SchemaEvolutionTest}, {@code ReleasedSchemasTest}
 * <tr><td>speed: bytes are a view, nothing is boxed or copied
 *     <td>{@code LogitBatchReaderTest.tensorBytes_recordInsideALargerArray_areAViewOfIt},
 *         {@code record_of4Megabytes_allocatesLessThan2Kilobytes}
 * <tr><td>speed: a writer with our own schema is read without resolving, with the same outcome
 *     <td>{@code DirectReadingTest}
 * <tr><td>limits: what a record claims is checked before memory is taken
 *     <td>{@code LogitBatchFuzzTest.block_thatClaimsMoreThanTheRecordHolds_isRefusedBeforeItIsRead},
 *         {@code record_ofManySmallItems_costsWhatItsBytesAllow}
 * <tr><td>payload is in no message
 *     <td>{@code LogitBatchReaderTest.message_ofARefusal_holdsNoPayload}
 * </table>
 */
@NullMarked
package io.losswatch.schemas.codec;

import org.jspecify.annotations.NullMarked;
