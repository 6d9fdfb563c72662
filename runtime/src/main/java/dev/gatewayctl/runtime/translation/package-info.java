/// Exchanges whose caller and provider speak different protocols. In: a request and an answer as
/// one side spells them. Out: the same as the other side does, event by event on streams.
///
/// Read [Translation]. The table of pairs is here; what each protocol says is in its own package,
/// and the words between them are those of `conversation`.
///
/// Deliberately not here: rules, which have decided before a request is translated and decide on
/// the answer after it was.
@NullMarked
package dev.gatewayctl.runtime.translation;

import org.jspecify.annotations.NullMarked;
