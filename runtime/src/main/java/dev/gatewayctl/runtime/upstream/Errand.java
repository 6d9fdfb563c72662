package dev.gatewayctl.runtime.upstream;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.surface.Spoken;

/// What is asked of a provider.
public sealed interface Errand {
  /// What the caller asked, in the caller's own protocol.
  ///
  /// @param operation the word by which the protocol tells calls of one surface apart
  /// @param query as the caller sent it, without the question mark; empty: none
  record Call(Surface surface, String operation, String query) implements Errand {
    /// What a caller asks on a surface.
    public static Call of(Spoken spoken, String query) {
      return new Call(spoken.surface(), spoken.operation(), query);
    }

    @Override
    public String toString() {
      return surface.word() + " " + operation;
    }
  }

  /// A conversation, translated into the provider's own protocol.
  record Conversation() implements Errand {}

  /// What passes unread.
  ///
  /// @param path without the surface's prefix, such as `/files/file-1/content`
  /// @param query as the caller sent it
  record Pass(Surface surface, String method, String path, String query) implements Errand {
    @Override
    public String toString() {
      return method + " " + surface.word();
    }
  }

  /// The method of the request.
  default String verb() {
    return switch (this) {
      case Call _, Conversation _ -> "POST";
      case Pass pass -> pass.method();
    };
  }
}
