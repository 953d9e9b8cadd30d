/**
 * A Kafka broker inside this JVM, for trying things out and for tests. In: a directory and a port.
 * Out: a broker on the loopback interface.
 */
@NullMarked
package io.losswatch.deploy.broker;

import org.jspecify.annotations.NullMarked;
