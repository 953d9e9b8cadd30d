/**
 * Losses: what each means, its parameters, its shapes and its errors. In: a batch. Out: one loss a
 * sample.
 */
@NullMarked
package io.losswatch.core.loss;

import org.jspecify.annotations.NullMarked;
