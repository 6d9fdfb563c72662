/// Ollama's chat protocol in the words of `wire`. In: bodies and streams of JSON lines as callers
/// and the server send them. Out: their texts, facts and edits, and answers in their shape.
///
/// Read [OllamaDialect] first: the protocol as a caller speaks it. [OllamaTranslation] reads and
/// writes it where the other side speaks another protocol.
///
/// Deliberately not here: `/api/generate`, `/api/embed` and the handling of models.
@NullMarked
package dev.gatewayctl.runtime.ollama;

import org.jspecify.annotations.NullMarked;
