/**
 * Real processes for tests: Kafka brokers, alone or three, and instances of the stream that can be
 * killed.
 */
@NullMarked
package io.losswatch.stream.broker;

import org.jspecify.annotations.NullMarked;
