/** Panes, windows and the sums that they are made of. */
@NullMarked
package io.losswatch.core.window;

import org.jspecify.annotations.NullMarked;
