/**
 * What Prometheus reads: every meter of the service, made from one catalogue. In: a running stream
 * and the losses it publishes. Out: text.
 */
@NullMarked
package io.losswatch.deploy.metrics;

import org.jspecify.annotations.NullMarked;
