/**
 * Views of row-major, little-endian numbers that stay where they are: in the byte array of the
 * record that brought them.
 */
@NullMarked
package io.losswatch.core.tensor;

import org.jspecify.annotations.NullMarked;
