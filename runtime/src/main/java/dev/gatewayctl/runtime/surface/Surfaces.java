package dev.gatewayctl.runtime.surface;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.anthropic.CountTokensDialect;
import dev.gatewayctl.runtime.anthropic.MessagesDialect;
import dev.gatewayctl.runtime.openai.ChatDialect;
import dev.gatewayctl.runtime.wire.Dialect;

/// The table of the protocols that callers speak.
public final class Surfaces {
  private Surfaces() {}

  /// The protocol spoken on a surface.
  public static Dialect dialect(Surface surface) {
    return switch (surface) {
      case CHAT -> ChatDialect.INSTANCE;
      // The model list has no body; its errors are those of the chat protocol.
      case MODELS -> ChatDialect.INSTANCE;
      case MESSAGES -> MessagesDialect.INSTANCE;
      case COUNT_TOKENS -> CountTokensDialect.INSTANCE;
      case RESPONSES,
          COMPLETIONS,
          EMBEDDINGS,
          MODERATIONS,
          GEMINI,
          GEMINI_STREAM,
          GEMINI_EMBED,
          CONVERSE,
          CONVERSE_STREAM,
          OLLAMA,
          MCP,
          IMAGES,
          AUDIO,
          FILES,
          BATCHES,
          RERANK ->
          throw new IllegalArgumentException("the surface is not served: " + surface.word());
    };
  }
}
