/// What all protocols have in common, in words: what a request or an answer says, and how it is
/// changed without touching the rest of its bytes. In: bodies and streams as they came. Out: facts,
/// the texts that a model can read or write ([TextPiece]) with their locations, usage, and the
/// changed bytes.
///
/// Read [Dialect] first: each protocol has a package of its own that gives one. Then [RequestBody],
/// [AnswerBody], and [AnswerStream] with its [StreamDialect]. Rules, inspection, limits and records
/// know these words only, so every control works on every protocol.
///
/// Deliberately not here: any protocol, detectors and what they find, decisions, sockets.
@NullMarked
package dev.gatewayctl.runtime.wire;

import org.jspecify.annotations.NullMarked;
