/// Amazon's Bedrock Converse and ConverseStream protocols in the words of `wire`. In: bodies and
/// streams as callers and Amazon send them. Out: their texts, facts and edits, and answers in their
/// shape.
///
/// Read [ConverseDialect] first: the protocol as a caller speaks it. Streams are binary messages
/// (`EventStreamFraming`).
///
/// Deliberately not here: paths and Amazon's signatures, and the models' own bodies under `invoke`.
@NullMarked
package dev.gatewayctl.runtime.bedrock;

import org.jspecify.annotations.NullMarked;
