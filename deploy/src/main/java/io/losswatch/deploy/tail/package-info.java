/** Rolling losses as they come. In: values of the output topic. Out: one line of text each. */
@NullMarked
package io.losswatch.deploy.tail;

import org.jspecify.annotations.NullMarked;
