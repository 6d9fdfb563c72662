package dev.gatewayctl.runtime.surface;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.wire.RequestPath;

/// What the method and the path of a request say.
public sealed interface Route {
  /// A call of a model: its body is read and decided.
  ///
  /// @param operation the word by which the protocol tells calls of one surface apart, such as
  ///   `generateContent`; empty where there is one
  record Call(Surface surface, String operation, RequestPath path) implements Route {}

  /// The list of models, or one of them.
  ///
  /// @param model empty for the list
  record Models(String model) implements Route {}

  /// A request whose content is not read: who asks is known and counted, and it goes on as it is.
  ///
  /// @param path without the surface's prefix, such as `/files/file-1/content`
  record Pass(Surface surface, String path) implements Route {}

  /// A message to a server of tools.
  ///
  /// @param server the provider that the path names; empty for the one of `surfaces.mcp`
  record Mcp(String server) implements Route {}

  /// The path is one of the gateway's, the method is not.
  record WrongMethod(Surface surface, String allowed) implements Route {}

  /// There is nothing at this path.
  record Unknown() implements Route {}
}
