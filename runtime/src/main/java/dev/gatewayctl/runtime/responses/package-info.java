/// The OpenAI responses protocol, `POST /v1/responses`, in words. In: bodies and streams as they
/// came. Out: the words of `wire`, and conversations and answers in those of `conversation`.
///
/// Read [ResponsesDialect] first, then [Items]: a request's input and an answer's output are lists
/// of the same items, so one reader knows the texts of both. A stream ([ResponsesEvents]) tells
/// each text up to four times, in fragments and then whole; all of them are changed alike.
///
/// Deliberately not here: the chat protocol, and what the provider keeps under an id; such content
/// is opaque, and policies decide about it.
@NullMarked
package dev.gatewayctl.runtime.responses;

import org.jspecify.annotations.NullMarked;
