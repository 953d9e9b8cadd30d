/** Losses as a user of the library writes them: with nothing but its public types. */
@NullMarked
package io.losswatch.core.example;

import org.jspecify.annotations.NullMarked;
