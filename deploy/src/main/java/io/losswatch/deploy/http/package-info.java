/**
 * What the service shows over HTTP: the page, the losses behind it, metrics and health. In: a
 * running stream. Out: answers on the port of {@code http}, to nobody but this machine unless there
 * is a token.
 */
@NullMarked
package io.losswatch.deploy.http;

import org.jspecify.annotations.NullMarked;
