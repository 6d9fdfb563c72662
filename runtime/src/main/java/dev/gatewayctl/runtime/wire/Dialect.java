package dev.gatewayctl.runtime.wire;

import dev.gatewayctl.runtime.http.Headers;

/// One protocol as a caller speaks it: how its requests and answers are read, and how it spells
/// what the gateway itself says. Stateless and shared.
public interface Dialect {
  /// Reads a request.
  ///
  /// @param body kept, not copied; may not be changed afterwards
  /// @param path what the path says
  RequestBody.Reading request(byte[] body, RequestPath path);

  /// Reads a whole answer; an error counts as one, its texts at location `metadata`.
  AnswerBody.Reading answer(byte[] body);

  /// Begins to read a streamed answer.
  StreamDialect stream(StreamDialect.Settings settings);

  /// An error in this protocol's shape.
  ErrorAnswer error(ProtocolError error);

  /// What the gateway says instead of an answer.
  ///
  /// @param status the HTTP status
  /// @param code the gateway's word, such as `policy_denied`
  /// @param message names the reason, never any matched text
  /// @param exchange the exchange's id
  record ProtocolError(int status, String code, String message, String exchange) {}

  /// An error as it is sent.
  ///
  /// @param head at least its `content-type`, and what the protocol's clients read the kind from
  @SuppressWarnings("ArrayRecordComponent") // a fresh body with one reader
  record ErrorAnswer(int status, Headers head, byte[] body) {
    @Override
    public String toString() {
      return "ErrorAnswer(" + status + ")";
    }
  }
}
