/// What is sensitive in a text, and how it is written over. In: the texts of a request or an answer
/// as UTF-8 bytes with their locations, and the detectors that a policy reaches. Out: findings with
/// their spans, edits that mask them, and for streams a window that releases only what is safe.
/// Read [Inspector] first, then `Sightings`, where a candidate of the pattern engine becomes a
/// finding, and [StreamWindow].
///
/// Deliberately not here: which rules ask for what (the engine's business), JSON and protocols (the
/// wire's business), the pattern engine itself.
@NullMarked
package dev.gatewayctl.runtime.inspect;

import org.jspecify.annotations.NullMarked;
