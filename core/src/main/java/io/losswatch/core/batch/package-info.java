/** What comes in: one batch of predictions with its labels, and the reasons why one is refused. */
@NullMarked
package io.losswatch.core.batch;

import org.jspecify.annotations.NullMarked;
