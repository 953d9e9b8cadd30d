/**
 * The command line. In: arguments. Out: what the commands print, and exit codes: 0 done, 1 the work
 * failed, 2 usage or configuration.
 */
@NullMarked
package io.losswatch.deploy.cli;

import org.jspecify.annotations.NullMarked;
