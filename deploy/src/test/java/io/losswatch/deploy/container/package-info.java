/** The image on an engine, beside a broker in a container, and the files that deploy it. */
@NullMarked
package io.losswatch.deploy.container;

import org.jspecify.annotations.NullMarked;
