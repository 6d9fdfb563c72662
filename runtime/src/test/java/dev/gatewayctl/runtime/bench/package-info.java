/// What the gateway costs beside nginx on the same work, in the same run: in goes a built program,
/// out come tables. Read [GatewayBench] first. Nothing here is a test, and nothing here uses a
/// library or a class of the gateway: the built program is measured from outside, as it is shipped.
@NullMarked
package dev.gatewayctl.runtime.bench;

import org.jspecify.annotations.NullMarked;
