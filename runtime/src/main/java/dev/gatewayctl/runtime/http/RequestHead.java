package dev.gatewayctl.runtime.http;

import org.jspecify.annotations.Nullable;

/// A request head that is well formed. `length` is the body's announced length, 0 without a body,
/// and -1 when it comes in chunks.
record RequestHead(
    String method,
    String path,
    @Nullable String query,
    boolean olderVersion,
    Headers headers,
    long length,
    boolean keepAlive,
    boolean expectsContinue) {
  static final long CHUNKED = -1;
}
