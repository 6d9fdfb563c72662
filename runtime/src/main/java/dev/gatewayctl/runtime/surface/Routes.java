package dev.gatewayctl.runtime.surface;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.wire.RequestPath;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The table of the paths of all surfaces.
public final class Routes {
  private static final String POST = "POST";
  private static final String GET = "GET";
  private static final String BETA = "/v1beta/models/";
  private static final String STABLE = "/v1/models/";
  private static final String BEDROCK = "/model/";
  private static final String MCP = "/mcp";

  /// Calls whose path is one word for word.
  private static final Map<String, Surface> CALLS =
      Map.of(
          "/v1/chat/completions", Surface.CHAT,
          "/v1/responses", Surface.RESPONSES,
          "/v1/completions", Surface.COMPLETIONS,
          "/v1/embeddings", Surface.EMBEDDINGS,
          "/v1/moderations", Surface.MODERATIONS,
          "/v1/messages", Surface.MESSAGES,
          "/v1/messages/count_tokens", Surface.COUNT_TOKENS,
          "/api/chat", Surface.OLLAMA);

  /// Prefixes of what passes unread.
  private static final Map<String, Surface> PASSES =
      Map.of(
          "/v1/responses", Surface.RESPONSES,
          "/v1/images", Surface.IMAGES,
          "/v1/audio", Surface.AUDIO,
          "/v1/files", Surface.FILES,
          "/v1/batches", Surface.BATCHES,
          "/v1/messages/batches", Surface.BATCHES,
          "/v1/rerank", Surface.RERANK,
          "/v2/rerank", Surface.RERANK);

  /// What Google's paths end with, after the model's name and a colon.
  private static final Map<String, Surface> GEMINI =
      Map.of(
          "generateContent", Surface.GEMINI,
          "countTokens", Surface.GEMINI,
          "streamGenerateContent", Surface.GEMINI_STREAM,
          "embedContent", Surface.GEMINI_EMBED,
          "batchEmbedContents", Surface.GEMINI_EMBED);

  private static final Map<String, Surface> CONVERSE =
      Map.of("converse", Surface.CONVERSE, "converse-stream", Surface.CONVERSE_STREAM);

  private static final Set<String> READING = Set.of(GET, POST, "DELETE");

  private Routes() {}

  /// Reads a request's method, its path and its query as sent, still percent-encoded.
  public static Route match(String method, String path, @Nullable String query) {
    Surface call = CALLS.get(path);
    if (call != null) {
      return method.equals(POST)
          ? new Route.Call(call, "", RequestPath.PLAIN)
          : new Route.WrongMethod(call, POST);
    }
    if (path.startsWith(BETA) || path.startsWith(STABLE)) {
      return google(method, path, query == null ? "" : query);
    }
    if (path.equals("/v1/models") || path.equals("/v1beta/models")) {
      return models(method, "");
    }
    if (path.startsWith(BEDROCK)) {
      return bedrock(method, path.substring(BEDROCK.length()));
    }
    if (path.equals(MCP) || path.startsWith(MCP + "/")) {
      String server = path.equals(MCP) ? "" : path.substring(MCP.length() + 1);
      return READING.contains(method)
          ? new Route.Mcp(decoded(server))
          : new Route.WrongMethod(Surface.MCP, "GET, POST, DELETE");
    }
    return pass(method, path);
  }

  private static Route google(String method, String path, String query) {
    String rest = path.substring(path.startsWith(BETA) ? BETA.length() : STABLE.length());
    int colon = rest.lastIndexOf(':');
    Surface surface = colon < 0 ? null : GEMINI.get(rest.substring(colon + 1));
    if (surface == null) {
      return models(method, decoded(rest));
    }
    boolean stream = surface == Surface.GEMINI_STREAM;
    RequestPath said =
        new RequestPath(
            Optional.of(decoded(rest.substring(0, colon))),
            stream,
            rest.substring(colon + 1),
            stream && !asksForEvents(query));
    return method.equals(POST)
        ? new Route.Call(surface, rest.substring(colon + 1), said)
        : new Route.WrongMethod(surface, POST);
  }

  /// Google streams one JSON array unless the query asks for events.
  private static boolean asksForEvents(String query) {
    for (String member : query.split("&", -1)) {
      if (member.equals("alt=sse") || member.equals("$alt=sse")) {
        return true;
      }
    }
    return false;
  }

  private static Route bedrock(String method, String rest) {
    int slash = rest.lastIndexOf('/');
    Surface surface = slash < 0 ? null : CONVERSE.get(rest.substring(slash + 1));
    if (surface == null) {
      return new Route.Unknown();
    }
    RequestPath said =
        new RequestPath(
            Optional.of(decoded(rest.substring(0, slash))), surface == Surface.CONVERSE_STREAM);
    return method.equals(POST)
        ? new Route.Call(surface, rest.substring(slash + 1), said)
        : new Route.WrongMethod(surface, POST);
  }

  private static Route models(String method, String model) {
    return method.equals(GET)
        ? new Route.Models(model)
        : new Route.WrongMethod(Surface.MODELS, GET);
  }

  private static Route pass(String method, String path) {
    String longest = "";
    for (String prefix : PASSES.keySet()) {
      boolean below =
          path.startsWith(prefix)
              && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
      if (below && prefix.length() > longest.length()) {
        longest = prefix;
      }
    }
    Surface surface = PASSES.get(longest);
    if (surface == null || !isPlain(path)) {
      return new Route.Unknown();
    }
    return READING.contains(method)
        ? new Route.Pass(surface, path.substring(path.indexOf('/', 1)))
        : new Route.WrongMethod(surface, "GET, POST, DELETE");
  }

  /// Whether a path that goes on as it is means the same to every reader: one with dots for
  /// segments or with escapes could lead a provider to another surface than the one that was
  /// decided.
  private static boolean isPlain(String path) {
    for (String segment : path.substring(1).split("/", -1)) {
      boolean word =
          !segment.isEmpty()
              && segment
                  .chars()
                  .allMatch(
                      c ->
                          (c >= 'a' && c <= 'z')
                              || (c >= 'A' && c <= 'Z')
                              || (c >= '0' && c <= '9')
                              || c == '-'
                              || c == '_'
                              || c == '.');
      if (!word || segment.equals(".") || segment.equals("..")) {
        return false;
      }
    }
    return true;
  }

  /// A part of a path without its percent escapes; what is no escape stays.
  private static String decoded(String part) {
    if (part.indexOf('%') < 0) {
      return part;
    }
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[bytes.length];
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      int value =
          bytes[i] == '%' && i + 2 < bytes.length
              ? 16 * Character.digit(bytes[i + 1], 16) + Character.digit(bytes[i + 2], 16)
              : -1;
      boolean escape =
          value >= 0
              && Character.digit(bytes[i + 1], 16) >= 0
              && Character.digit(bytes[i + 2], 16) >= 0;
      out[length++] = escape ? (byte) value : bytes[i];
      i += escape ? 2 : 0;
    }
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }
}
