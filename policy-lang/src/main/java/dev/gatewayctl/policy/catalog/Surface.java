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
