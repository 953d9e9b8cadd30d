/** Tests of the last stage. */
@NullMarked
package io.losswatch.stream.publish;

import org.jspecify.annotations.NullMarked;
