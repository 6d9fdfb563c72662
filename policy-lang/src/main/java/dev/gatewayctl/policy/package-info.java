/// Placeholder until the package's first type lands.
@NullMarked
package dev.gatewayctl.policy;

import org.jspecify.annotations.NullMarked;
