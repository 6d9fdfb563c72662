/// JSON on bytes. In: a byte array received from outside. Out: the place of every value in it,
/// texts decoded on demand with a map back to the received bytes, splices that change single
/// stretches, and a compact writer for documents of our own. Read [JsonDocument] first.
///
/// It is our own code, not a library's tokens: a change of a body is a splice of the bytes as they
/// came, so every value needs its exact byte offsets and every text a map from decoded to raw
/// offsets, which the usual parsers do not keep. One scan of at most [JsonDocument#MAX_VALUES]
/// values fills a table of integers; nothing else is made until a member is read.
///
/// Deliberately not here: binding to objects, numbers beyond `long` and `double`, protocols.
@NullMarked
package dev.gatewayctl.runtime.json;

import org.jspecify.annotations.NullMarked;
