package dev.gatewayctl.policy.catalog;

import java.util.Locale;
import java.util.Optional;

/// An API surface that callers may speak; its word stands in `request.surface` and in records.
public enum Surface {
  CHAT,
  RESPONSES,
  COMPLETIONS,
  EMBEDDINGS,
  MODELS,
  MODERATIONS,
  MESSAGES,
  COUNT_TOKENS,
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
  RERANK;

  /// Whether what callers send and get on it is read: rules over content apply. What passes on the
  /// others is known by who sends it, to whom and how long it is.
  public boolean isRead() {
    return switch (this) {
      case CHAT,
          RESPONSES,
          COMPLETIONS,
          EMBEDDINGS,
          MODELS,
          MODERATIONS,
          MESSAGES,
          COUNT_TOKENS,
          GEMINI,
          GEMINI_STREAM,
          GEMINI_EMBED,
          CONVERSE,
          CONVERSE_STREAM,
          OLLAMA ->
          true;
      // A server of tools is no model: it is served where a provider is named.
      case MCP, IMAGES, AUDIO, FILES, BATCHES, RERANK -> false;
    };
  }

  /// The word by which policies, options and records name it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The surface of that word, if it is one.
  public static Optional<Surface> of(String word) {
    for (Surface surface : values()) {
      if (surface.word().equals(word)) {
        return Optional.of(surface);
      }
    }
    return Optional.empty();
  }
}
