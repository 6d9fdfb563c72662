/// The vendors' own clients against the running gateway: what a program that was written for a
/// vendor notices when it is pointed here. In: a client, a gateway in this process, and [Vendor],
/// which plays the provider behind it in whatever protocol it is asked in. Out: what the client
/// made of the answer.
///
/// Read [Site] first; then one class for each client. Each scenario runs against a provider of the
/// client's own protocol and against ones of other protocols, which the gateway translates.
///
/// Deliberately not here: what bytes the gateway writes (the packages of the protocols), and any
/// client that is no library of this platform.
@NullMarked
package dev.gatewayctl.runtime.clients;

import org.jspecify.annotations.NullMarked;
