/// The running gateway. In: a compiled policy, a host to run in, requests from sockets. Out:
/// answers, one record for each exchange, metrics. Read [Gateway] first, then [CallExchange]: its
/// `run` is the walk of an exchange. Not here: what is decided ([dev.gatewayctl.runtime.engine])
/// and how providers are reached ([dev.gatewayctl.runtime.upstream]).
@NullMarked
package dev.gatewayctl.runtime.gateway;

import org.jspecify.annotations.NullMarked;
