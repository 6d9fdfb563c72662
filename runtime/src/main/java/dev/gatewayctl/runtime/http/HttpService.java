package dev.gatewayctl.runtime.http;

import org.jspecify.annotations.Nullable;

/// What answers requests behind the edge; one for each listener.
///
/// Called on the reactor thread of the caller's connection: slow work goes elsewhere and comes back
/// through the [Responder], whose methods may be called from any thread. Exactly one answer is
/// expected for each call; an exception thrown here becomes a bare 500 and is reported as a fault.
public interface HttpService {

  /// A request whose head and whole body were read and are well formed.
  void handle(Request request, Responder responder);

  /// A request whose head parsed and whose body the edge will not read on; the connection closes
  /// after the answer. Heads that do not parse never get here: the edge answers those itself.
  void refused(Request head, Refusal refusal, Responder responder);

  /// Why a body was not read.
  enum Refusal {
    /// Longer than `Settings.maxBodyBytes`, announced or counted.
    BODY_TOO_LARGE(413),
    /// Not complete within `Settings.bodyDeadline`.
    BODY_TIMEOUT(408),
    /// Its chunks are not framed as RFC 9112 says.
    BODY_MALFORMED(400);

    private final int status;

    Refusal(int status) {
      this.status = status;
    }

    /// The status that belongs to it.
    public int status() {
      return status;
    }
  }

  /// One request as it was received. `path` and `query` are the raw target, still percent-encoded,
  /// without `?`; `body` holds the bytes as they came, without chunk framing; the receiver owns it.
  final class Request {
    private final RequestHead head;
    private final byte[] body;
    private final String remoteAddress;

    Request(RequestHead head, byte[] body, String remoteAddress) {
      this.head = head;
      this.body = body;
      this.remoteAddress = remoteAddress;
    }

    /// For tests of services: a request that no socket brought.
    public static Request of(String method, String target, Headers headers, byte[] body) {
      int mark = target.indexOf('?');
      String path = mark < 0 ? target : target.substring(0, mark);
      String query = mark < 0 ? null : target.substring(mark + 1);
      RequestHead head =
          new RequestHead(method, path, query, false, headers, body.length, true, false);
      return new Request(head, body, "127.0.0.1");
    }

    /// As sent, usually upper-case.
    public String method() {
      return head.method();
    }

    /// Starts with `/`, or is `*`.
    public String path() {
      return head.path();
    }

    /// What follows the first `?`; may hold a key, so never log it.
    public @Nullable String query() {
      return head.query();
    }

    public Headers headers() {
      return head.headers();
    }

    /// Empty when there is none.
    public byte[] body() {
      return body;
    }

    /// The peer's numeric address, without port.
    public String remoteAddress() {
      return remoteAddress;
    }

    @Override
    public String toString() {
      return head.method() + " with " + body.length + " bytes";
    }
  }

  /// Where the answer to one request goes. Thread-safe; on the connection's own reactor thread the
  /// calls are direct, from elsewhere they are queued in order. After the end, or once the caller
  /// is gone, further calls do nothing.
  ///
  /// Framing belongs to the edge: `connection`, `keep-alive`, `transfer-encoding`, `date` and (but
  /// for [#begin]) `content-length` in `headers` are left out and written by the edge itself.
  interface Responder {

    /// The whole answer, head and body in one write where it fits. The edge owns `body` from now.
    void respond(int status, Headers headers, byte[] body);

    /// Starts a streamed answer: in chunks, or with the length that `content-length` announces.
    void begin(int status, Headers headers);

    /// The next bytes of a streamed answer, copied and on their way before the current event ends.
    void write(byte[] bytes, int from, int to);

    /// The stream is complete. With an announced length that was not met, the connection is cut.
    void end();

    /// Cuts the connection, so that a broken stream never looks complete.
    void abort();

    /// Bytes accepted and not yet taken by the socket. Above [HttpEdge#HIGH_WATER] the writer
    /// should stop until [#onDrained]; beyond `Settings.maxPendingBytes` the connection is cut.
    long pendingBytes();

    /// Runs once on the reactor thread, now or as soon as few bytes are pending. Not after the
    /// caller is gone.
    void onDrained(Runnable action);

    /// Runs once on the reactor thread if the caller goes away before the answer was handed over
    /// whole; at once if it has. A later call replaces the action.
    void onGone(Runnable action);

    /// Runs on the reactor thread of this connection; also when the caller is gone by then (on any
    /// thread if the reactor has stopped).
    void execute(Runnable action);
  }
}
