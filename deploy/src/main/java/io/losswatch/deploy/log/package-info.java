/**
 * Where log lines go. In: SLF4J events of losswatch, Kafka and Reactor. Out: lines of text or JSON
 * on standard error, quiet by default.
 */
@NullMarked
package io.losswatch.deploy.log;

import org.jspecify.annotations.NullMarked;
