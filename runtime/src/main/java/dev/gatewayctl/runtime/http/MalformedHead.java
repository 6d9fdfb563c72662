package dev.gatewayctl.runtime.http;

/// A head that is refused; control flow inside this package, never seen outside.
final class MalformedHead extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  MalformedHead(int status, String reason) {
    super(reason, null, false, false);
    this.status = status;
  }

  /// The status to answer a request with.
  int status() {
    return status;
  }
}
