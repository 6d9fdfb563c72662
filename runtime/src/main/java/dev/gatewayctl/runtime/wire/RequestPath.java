package dev.gatewayctl.runtime.wire;

import java.util.Optional;

/// What the address of a request says about it where the protocol puts it there and not in the
/// body.
///
/// @param model the model as the caller names it, for protocols whose path names it
/// @param stream whether the path asks for a stream
/// @param method what is asked where one surface knows several things, in the protocol's word such
///   as `countTokens`; else empty
/// @param array whether a stream is wanted as the items of one JSON array instead of events (Gemini
///   without `alt=sse`)
public record RequestPath(Optional<String> model, boolean stream, String method, boolean array) {
  /// A path that says nothing: the body says it all.
  public static final RequestPath PLAIN = new RequestPath(Optional.empty(), false);

  /// A path that names at most a model and whether a stream is asked for.
  public RequestPath(Optional<String> model, boolean stream) {
    this(model, stream, "", false);
  }
}
