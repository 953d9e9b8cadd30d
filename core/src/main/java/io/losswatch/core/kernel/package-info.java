/**
 * Arithmetic behind the losses, scalar and vector. In: tensors as they came. Out: one double a row
 * or an element, in arrays of the caller. Not exported.
 */
@NullMarked
package io.losswatch.core.kernel;

import org.jspecify.annotations.NullMarked;
