/// The OpenAI chat protocol in words. In: bodies and streams as they came. Out: the words of
/// `wire`, and the bodies that the gateway itself writes in this protocol.
///
/// Read [ChatDialect] first. Bytes pass untouched: a body is scanned once, its members are known by
/// their offsets, and every change is a splice of the received bytes. Number spelling, order,
/// unknown members, nulls and white space survive wherever nothing touches them.
///
/// Deliberately not here: other protocols, and how this one is translated into them.
@NullMarked
package dev.gatewayctl.runtime.openai;

import org.jspecify.annotations.NullMarked;
