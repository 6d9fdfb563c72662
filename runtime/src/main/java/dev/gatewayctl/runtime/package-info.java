/// Placeholder until the package's first type lands.
@NullMarked
package dev.gatewayctl.runtime;

import org.jspecify.annotations.NullMarked;
