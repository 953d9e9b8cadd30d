/** Arithmetic on arrays behind the losses, scalar and vector. Not exported. */
@NullMarked
package io.losswatch.core.kernel;

import org.jspecify.annotations.NullMarked;
