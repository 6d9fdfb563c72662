/// Cohere's chat protocol, second version, as providers speak it. In: conversations, and the
/// answers and streams of the service. Out: its requests, and what its answers say.
///
/// Read [CohereTranslation] first.
///
/// Deliberately not here: the protocol as callers speak it; nobody calls the gateway with it. And
/// nothing of documents, citations and the first version.
@NullMarked
package dev.gatewayctl.runtime.cohere;

import org.jspecify.annotations.NullMarked;
