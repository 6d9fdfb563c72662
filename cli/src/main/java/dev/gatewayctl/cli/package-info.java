/// Placeholder until the package's first type lands.
@NullMarked
package dev.gatewayctl.cli;

import org.jspecify.annotations.NullMarked;
