/// Amazon's Bedrock Converse and ConverseStream protocols in the words of `wire` and of
/// `conversation`. In: bodies and streams as callers and Amazon send them, conversations and
/// answers. Out: their texts, facts and edits, and answers and requests in their shape.
///
/// Read [ConverseDialect] first: the protocol as a caller speaks it; then [ConverseTranslation]: as
/// one side of a translated exchange. Streams are binary messages (`EventStreamFraming`).
///
/// Deliberately not here: paths, Amazon's signatures, and the models' own bodies under `invoke`.
@NullMarked
package dev.gatewayctl.runtime.bedrock;

import org.jspecify.annotations.NullMarked;
