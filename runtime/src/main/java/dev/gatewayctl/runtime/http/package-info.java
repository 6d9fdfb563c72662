/// The HTTP edge: bytes from sockets in, whole requests out to an
/// [dev.gatewayctl.runtime.http.HttpService]; answers in, bytes out; and the client towards
/// providers, on the same reactor threads.
///
/// Read [dev.gatewayctl.runtime.http.HttpEdge] first, then `EdgeReactor` (threads and sessions, the
/// only place that knows how HttpCore is wired), `Connection` (output and hand-over between
/// threads), `ServerConnection` and `UpstreamConnection`.
///
/// HttpCore gives the reactor, the sessions and TLS; HttpClient the TLS strategy towards providers.
/// The HTTP/1.1 codec is our own, for strictness (`HeadParser`, `ChunkDecoder`), for one write of
/// head and body, and for buffers that are lent only while bytes are in them. Deliberately not
/// here: what a path means, authentication, retry and fallback, error shapes.
@NullMarked
package dev.gatewayctl.runtime.http;

import org.jspecify.annotations.NullMarked;
