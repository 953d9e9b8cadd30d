/**
 * The speed of this machine: how fast the whole service reads a topic beside a bare consumer that
 * only adds up lengths, what it costs, and how long a window takes to be readable. In: a broker.
 * Out: a report.
 */
@NullMarked
package io.losswatch.deploy.bench;

import org.jspecify.annotations.NullMarked;
