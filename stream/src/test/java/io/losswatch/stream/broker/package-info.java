/** Real processes for tests: a Kafka broker, and instances of the stream that can be killed. */
@NullMarked
package io.losswatch.stream.broker;

import org.jspecify.annotations.NullMarked;
