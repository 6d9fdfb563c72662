/// A policy made ready to run. In: a [dev.gatewayctl.policy.graph.RuleGraph], and the requests and
/// answers of exchanges as [dev.gatewayctl.runtime.wire] reads them. Out: refusals, the targets
/// that are left, what leaves and what comes back, and one record. Read [GovernedExchange] first:
/// its public methods are the steps of an exchange in order; then [GovernedAnswer]. The gateway
/// takes them on live traffic, the offline commands on recorded or authored ones.
///
/// Not here: sockets, time, and who the caller is.
@NullMarked
package dev.gatewayctl.runtime.engine;

import org.jspecify.annotations.NullMarked;
