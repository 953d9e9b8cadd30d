/**
 * Last stage. In: what the fold stage has cut off. Out: the same, committed: records, changes of
 * memory and offsets in one transaction ({@link io.losswatch.stream.publish.TransactionUnit}).
 */
@NullMarked
package io.losswatch.stream.publish;

import org.jspecify.annotations.NullMarked;
