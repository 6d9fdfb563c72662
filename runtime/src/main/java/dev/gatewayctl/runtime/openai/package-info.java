/// The OpenAI chat protocol in words, and the smaller ones beside it: completions, embeddings and
/// moderations. In: bodies and streams as they came. Out: the words of `wire`, those of
/// `conversation`, and the bodies that the gateway itself writes in this protocol.
///
/// Read [ChatDialect] first. Bytes pass untouched: a body is scanned once, its members are known by
/// their offsets, and every change is a splice of the received bytes. Number spelling, order,
/// unknown members, nulls and white space survive wherever nothing touches them. [InputDialect]
/// shares its requests, answers and streams.
///
/// Only where the other side speaks another protocol, [ChatTranslation] reads and writes whole
/// conversations and answers.
///
/// Deliberately not here: other protocols.
@NullMarked
package dev.gatewayctl.runtime.openai;

import org.jspecify.annotations.NullMarked;
