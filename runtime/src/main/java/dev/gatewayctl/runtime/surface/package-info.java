/// Which protocol a caller speaks. In: a surface. Out: its [dev.gatewayctl.runtime.wire.Dialect].
///
/// Read [Surfaces]. The one place that knows all protocols of callers; a new one is entered here.
///
/// Deliberately not here: what the protocols say (each has its package), and who serves a surface.
@NullMarked
package dev.gatewayctl.runtime.surface;

import org.jspecify.annotations.NullMarked;
