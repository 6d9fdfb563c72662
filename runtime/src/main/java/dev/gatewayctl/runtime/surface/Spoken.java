package dev.gatewayctl.runtime.surface;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.mcp.McpDialect;
import dev.gatewayctl.runtime.mcp.McpHead;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.RequestPath;
import java.util.Optional;

/// How a caller asks: on which surface, in which protocol, and what the path says.
///
/// @param operation the word by which the protocol tells calls of one surface apart, such as
///   `countTokens`; empty where there is one
/// @param provider who serves it where no model says so; empty where the body names a model
public record Spoken(
    Surface surface,
    Dialect dialect,
    String operation,
    RequestPath path,
    Optional<String> provider) {
  /// A call of a model.
  public Spoken(Surface surface, Dialect dialect, String operation, RequestPath path) {
    this(surface, dialect, operation, path, Optional.empty());
  }

  /// A call whose body says it all.
  public static Spoken on(Surface surface) {
    return new Spoken(surface, Surfaces.dialect(surface), "", RequestPath.PLAIN);
  }

  /// A request that passes unread to a provider.
  ///
  /// @param path without the surface's prefix, such as `/files/file-1/content`
  public static Spoken passing(Surface surface, String method, String path, String provider) {
    return new Spoken(
        surface,
        PassDialect.of(surface, method, path),
        "",
        new RequestPath(Optional.empty(), false, path, false),
        Optional.of(provider));
  }

  /// A message to a server of tools.
  public static Spoken toTools(McpHead head, String provider) {
    return new Spoken(
        Surface.MCP, McpDialect.of(head), "", RequestPath.PLAIN, Optional.of(provider));
  }

  /// Never the model: it is the caller's text.
  @Override
  public String toString() {
    return surface.word();
  }
}
