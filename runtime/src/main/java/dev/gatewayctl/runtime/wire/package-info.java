/// Protocols in words: what a request or an answer says, and how it is changed without touching the
/// rest of its bytes. In: bodies and streams as they came. Out: facts, the texts that a model can
/// read or write ([TextPiece]) with their locations, usage, and the changed bytes.
///
/// Read [ChatRequest] first, then [ChatAnswer] and [ChatStream]. `Chat...` is the OpenAI chat
/// protocol; pieces, masks, event framing and usage are common to all protocols.
///
/// Bytes pass untouched: a body is scanned once, its members are known by their offsets, and every
/// change is a splice of the received bytes. Number spelling, order, unknown members, nulls and
/// white space survive wherever nothing touches them.
///
/// Deliberately not here: detectors and what they find, decisions, sockets.
@NullMarked
package dev.gatewayctl.runtime.wire;

import org.jspecify.annotations.NullMarked;
