package dev.gatewayctl.runtime.wire;

import java.util.Optional;

/// What the path of a request says about it where the protocol puts it there and not in the body.
///
/// @param model the model as the caller names it, for protocols whose path names it
/// @param stream whether the path asks for a stream
public record RequestPath(Optional<String> model, boolean stream) {
  /// A path that says nothing: the body says it all.
  public static final RequestPath PLAIN = new RequestPath(Optional.empty(), false);
}
