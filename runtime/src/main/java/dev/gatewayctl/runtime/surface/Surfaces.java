package dev.gatewayctl.runtime.surface;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.anthropic.CountTokensDialect;
import dev.gatewayctl.runtime.anthropic.MessagesDialect;
import dev.gatewayctl.runtime.bedrock.ConverseDialect;
import dev.gatewayctl.runtime.gemini.GeminiDialect;
import dev.gatewayctl.runtime.mcp.McpDialect;
import dev.gatewayctl.runtime.ollama.OllamaDialect;
import dev.gatewayctl.runtime.openai.ChatDialect;
import dev.gatewayctl.runtime.openai.InputDialect;
import dev.gatewayctl.runtime.responses.ResponsesDialect;
import dev.gatewayctl.runtime.wire.Dialect;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The table of the protocols that callers speak.
public final class Surfaces {
  private Surfaces() {}

  /// The protocol spoken on a surface; empty when nobody here speaks it.
  public static Optional<Dialect> find(Surface surface) {
    return Optional.ofNullable(known(surface));
  }

  /// The protocol spoken on a surface that is spoken here.
  public static Dialect dialect(Surface surface) {
    return find(surface)
        .orElseThrow(
            () -> new IllegalArgumentException("nobody speaks the surface " + surface.word()));
  }

  private static @Nullable Dialect known(Surface surface) {
    return switch (surface) {
      case CHAT -> ChatDialect.INSTANCE;
      // The model list has no body; its errors are those of the chat protocol.
      case MODELS -> ChatDialect.INSTANCE;
      case MESSAGES -> MessagesDialect.INSTANCE;
      case COUNT_TOKENS -> CountTokensDialect.INSTANCE;
      case GEMINI, GEMINI_STREAM -> GeminiDialect.CONTENT;
      case GEMINI_EMBED -> GeminiDialect.EMBED;
      case COMPLETIONS -> InputDialect.COMPLETIONS;
      case EMBEDDINGS -> InputDialect.EMBEDDINGS;
      case MODERATIONS -> InputDialect.MODERATIONS;
      case CONVERSE, CONVERSE_STREAM -> ConverseDialect.INSTANCE;
      case OLLAMA -> OllamaDialect.INSTANCE;
      // For what is refused by its path; an exchange has a dialect of its own.
      case MCP -> McpDialect.bare();
      case RESPONSES -> ResponsesDialect.INSTANCE;
      // What passes unread has no body to read; its errors are those of the chat protocol.
      case IMAGES, AUDIO, FILES, BATCHES, RERANK -> ChatDialect.INSTANCE;
    };
  }
}
