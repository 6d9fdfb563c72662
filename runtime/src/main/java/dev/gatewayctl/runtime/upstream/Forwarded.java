package dev.gatewayctl.runtime.upstream;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.http.Headers;
import java.util.List;
import java.util.Set;

/// What of a caller's head and query goes on to a provider: nothing that could carry the caller's
/// own credential.
final class Forwarded {
  private static final List<String> FIELDS =
      List.of(
          "accept",
          "content-type",
          "user-agent",
          "idempotency-key",
          "openai-beta",
          "anthropic-version",
          "anthropic-beta");

  /// Fields that mean nothing, or something else, once the body is in another protocol.
  private static final Set<String> OF_THE_PROTOCOL =
      Set.of("accept", "openai-beta", "anthropic-version", "anthropic-beta");

  private static final Set<String> LISTS =
      Set.of("after", "before", "limit", "order", "purpose", "after_id", "before_id");

  private Forwarded() {}

  static Headers fields(Headers received, Errand errand) {
    Headers headers = Headers.empty();
    boolean tools = errand instanceof Errand.Pass pass && pass.surface() == Surface.MCP;
    boolean translated = errand instanceof Errand.Conversation;
    for (int i = 0; i < received.size(); i++) {
      String name = received.name(i);
      boolean known = FIELDS.contains(name) || (tools && isOfTools(name));
      if (known && !(translated && OF_THE_PROTOCOL.contains(name))) {
        headers.copy(received, i);
      }
    }
    if (translated) {
      headers.set("content-type", "application/json");
    }
    return headers;
  }

  /// Sessions, streams taken up again, and what repeats the message's body.
  private static boolean isOfTools(String name) {
    return name.startsWith("mcp-") || name.equals("last-event-id");
  }

  /// The parts of the query that the surface defines, as they were sent.
  static String query(Errand errand) {
    return switch (errand) {
      case Errand.Conversation _ -> "";
      case Errand.Call call -> query(call.query(), call.surface());
      case Errand.Pass pass -> query(pass.query(), pass.surface());
    };
  }

  private static String query(String sent, Surface surface) {
    Set<String> defined =
        switch (surface) {
          case GEMINI, GEMINI_STREAM, GEMINI_EMBED -> Set.of("alt", "$alt");
          case MESSAGES, COUNT_TOKENS -> Set.of("beta");
          case RESPONSES ->
              Set.of(
                  "include",
                  "include[]",
                  "stream",
                  "starting_after",
                  "include_obfuscation",
                  "after",
                  "limit",
                  "order");
          case BATCHES, FILES -> LISTS;
          case CHAT,
              COMPLETIONS,
              EMBEDDINGS,
              MODELS,
              MODERATIONS,
              CONVERSE,
              CONVERSE_STREAM,
              OLLAMA,
              MCP,
              IMAGES,
              AUDIO,
              RERANK ->
              Set.of();
        };
    if (sent.isEmpty() || defined.isEmpty()) {
      return "";
    }
    StringBuilder kept = new StringBuilder();
    for (String pair : sent.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (defined.contains(name.replace("%5B%5D", "[]").replace("%24", "$"))) {
        kept.append(kept.isEmpty() ? "" : "&").append(pair);
      }
    }
    return kept.toString();
  }
}
