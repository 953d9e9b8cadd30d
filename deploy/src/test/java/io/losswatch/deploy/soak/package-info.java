/**
 * The soak: minutes of traffic on real processes that are killed at random, and everything counted
 * in the end. Run by {@code mvn -pl deploy -am verify -Dsoak}, not by plain builds.
 */
@NullMarked
package io.losswatch.deploy.soak;

import org.jspecify.annotations.NullMarked;
