/** Registries, from recorded answers. The real one is beside the stream. */
@NullMarked
package io.losswatch.schemas.registry;

import org.jspecify.annotations.NullMarked;
