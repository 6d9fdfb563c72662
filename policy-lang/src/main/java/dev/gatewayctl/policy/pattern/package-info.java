/// Regular expressions of the RE2 class on bytes, in linear time: one parser, byte automata, and
/// the engine that looks for many patterns at once in a whole text or in a stream cut anywhere.
///
/// In: the source of a pattern; UTF-8 bytes. Out: [Pattern] or what is wrong with its source;
/// candidate spans, offered to the caller of [PatternSet], who takes or refuses them. Read
/// [PatternSet] first, then `Search`, which holds the algorithm.
///
/// Deliberately not here: validators, views of a text, what becomes of a finding.
@NullMarked
package dev.gatewayctl.policy.pattern;

import org.jspecify.annotations.NullMarked;
