package dev.gatewayctl.runtime.http;

/// The head of an answer that is well formed. `length` is as announced, or one of the constants.
record ResponseHead(int status, Headers headers, long length, boolean keepAlive) {
  static final long CHUNKED = -1;
  static final long UNTIL_CLOSE = -2;
}
