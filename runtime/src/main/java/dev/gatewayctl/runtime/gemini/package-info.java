/// Google's Gemini protocol in words. In: bodies and streams as they came, and what the path says.
/// Out: the words of `wire`, the words of `conversation`, and the bodies that the gateway itself
/// writes in this protocol.
///
/// Read [GeminiDialect] first: the protocol as a caller speaks it, read in place and changed by
/// splices. A model stands in the path and so is not written, but where a body repeats it.
///
/// Deliberately not here: paths and queries of HTTP, keys, and other protocols.
@NullMarked
package dev.gatewayctl.runtime.gemini;

import org.jspecify.annotations.NullMarked;
