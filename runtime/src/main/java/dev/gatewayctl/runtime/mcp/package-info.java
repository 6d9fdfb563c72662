/// The Model Context Protocol over HTTP as callers speak it, in the words of
/// [dev.gatewayctl.runtime.wire]: one message of JSON-RPC in a request, one or a stream of them in
/// the answer. In: bytes and the head. Out: which method and tool is called with what, every text
/// with its place, and refusals as errors of JSON-RPC.
///
/// Read [McpDialect] first. The package holds two generations of the protocol: up to 2025-11-25
/// with sessions and streams that the caller opens, and 2026-07-28 without either, whose head
/// repeats what the body says.
///
/// Deliberately not here: sessions (they are the server's, and pass), batches (a rule decides one
/// message), and servers that are processes.
@NullMarked
package dev.gatewayctl.runtime.mcp;

import org.jspecify.annotations.NullMarked;
