/** The service on a broker that asks who it talks to, and what it prints. */
@NullMarked
package io.losswatch.deploy.security;

import org.jspecify.annotations.NullMarked;
