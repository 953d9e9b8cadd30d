/**
 * The demo: small models trained on one half of real data answer the other half, drift sets in for
 * one region, and losswatch watches it. In: the data of the resources (see NOTICE.md there) and a
 * clock. Out: batches on an embedded broker, a table in the terminal, and a verdict that compares
 * what the service published with losses computed here by plain arithmetic in double.
 */
@NullMarked
package io.losswatch.deploy.demo;

import org.jspecify.annotations.NullMarked;
