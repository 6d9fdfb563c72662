/// A conversation with a model in words that no protocol owns: what is asked ([Conversation]) and
/// what is answered ([AnswerEvent]). In: what a protocol's reader found. Out: what another
/// protocol's writer spells. Only exchanges that are translated come here; where caller and
/// provider speak the same protocol, bytes pass.
///
/// Read [Conversation] first, then [CallerProtocol] and [ProviderProtocol]: each protocol's package
/// gives one or both. What cannot be carried is told to [Losses], by name, and never dropped in
/// silence.
///
/// Deliberately not here: any protocol, and who is paired with whom (`translation`).
@NullMarked
package dev.gatewayctl.runtime.conversation;

import org.jspecify.annotations.NullMarked;
