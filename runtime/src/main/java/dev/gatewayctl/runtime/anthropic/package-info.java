/// The Anthropic messages protocol in words: `POST /v1/messages`, `POST /v1/messages/count_tokens`
/// and the shape of its model list. In: bodies and streams as they came. Out: the words of `wire`
/// where caller and provider both speak it, and those of `conversation` where only one of them
/// does.
///
/// Read [MessagesDialect] first, then [MessagesTranslation]. The two do not know each other: the
/// first never makes anything of a body but places in it, the second never keeps its bytes.
/// [ClaudeModels] is the table of what single models refuse.
///
/// Deliberately not here: paths, keys and headers of requests (`anthropic-version`,
/// `anthropic-beta`), batches, and other protocols.
@NullMarked
package dev.gatewayctl.runtime.anthropic;

import org.jspecify.annotations.NullMarked;
