package dev.gatewayctl.runtime.upstream;

import dev.gatewayctl.policy.catalog.Protocol;
import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.graph.ProviderNode;
import dev.gatewayctl.runtime.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/// Where one protocol puts what a request asks: the path, the query and the fields of the head. A
/// path is what follows the host and whatever path `base_url` has.
sealed interface Vendor {
  /// What comes after the base.
  ///
  /// @param model as the provider calls it
  String path(Errand errand, String model, boolean stream);

  /// The query that the protocol itself needs, without the question mark; empty: none.
  default String query(Errand errand, boolean stream) {
    return "";
  }

  /// Fields that the protocol needs beside those of the caller.
  default void fields(Headers headers) {}

  /// The field that shows a plain key, in lower case; `authorization` stands for a bearer token.
  default String keyField() {
    return "authorization";
  }

  /// What of the base's path is not repeated: `base_url` may name the protocol's own prefix.
  default String base(String path) {
    return path;
  }

  /// The protocol of a provider.
  static Vendor of(ProviderNode node) {
    return switch (node.spoken()) {
      case OPENAI -> new OpenAi();
      case AZURE_OPENAI -> new Azure(node.place().apiVersion());
      case ANTHROPIC -> new Anthropic();
      case GEMINI -> new Gemini();
      case VERTEX ->
          new Vertex(node.place().project().orElse(""), node.place().location().orElse("global"));
      case BEDROCK -> new Bedrock();
      case OLLAMA -> new Ollama();
      case COHERE -> new Cohere();
      case MCP -> new Mcp();
      case SCRIPT -> throw new IllegalArgumentException("a script is not reached over HTTP");
    };
  }

  /// A path segment with all but unreserved characters escaped, as Amazon signs it.
  static String escaped(String text) {
    HexFormat upper = HexFormat.of().withUpperCase();
    StringBuilder out = new StringBuilder(text.length() + 8);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          (b >= 'a' && b <= 'z')
              || (b >= 'A' && b <= 'Z')
              || (b >= '0' && b <= '9')
              || b == '-'
              || b == '.'
              || b == '_'
              || b == '~';
      if (plain) {
        out.append((char) b);
      } else {
        out.append('%').append(upper.toHexDigits(b));
      }
    }
    return out.toString();
  }

  /// A model's name in a path, its own slashes kept.
  private static String named(String model) {
    return String.join(
        "/", java.util.stream.Stream.of(model.split("/", -1)).map(Vendor::escaped).toList());
  }

  private static IllegalArgumentException unserved(Protocol protocol, Errand errand) {
    return new IllegalArgumentException(protocol.word() + " does not serve " + errand);
  }

  /// What the OpenAI protocol puts behind its base, for OpenAI and for Azure.
  private static String openAiPath(Protocol protocol, Errand errand) {
    return switch (errand) {
      case Errand.Conversation _ -> "/chat/completions";
      case Errand.Pass pass -> pass.path();
      case Errand.Call(Surface surface, String _, String _) ->
          switch (surface) {
            case CHAT -> "/chat/completions";
            case RESPONSES -> "/responses";
            case COMPLETIONS -> "/completions";
            case EMBEDDINGS -> "/embeddings";
            case MODERATIONS -> "/moderations";
            case MODELS,
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
                RERANK ->
                throw unserved(protocol, errand);
          };
    };
  }

  /// OpenAI's and that of all who speak it; `base_url` ends with `/v1` or what stands for it.
  record OpenAi() implements Vendor {
    @Override
    public String path(Errand errand, String model, boolean stream) {
      return openAiPath(Protocol.OPENAI, errand);
    }
  }

  /// OpenAI's at Azure: with an API version the deployment is in the path, without one the newer
  /// `/openai/v1` is spoken, where the model of the body names it.
  record Azure(Optional<String> apiVersion) implements Vendor {
    private static final String NEWER = "/openai/v1";
    private static final String CLASSIC = "/openai";

    @Override
    public String base(String path) {
      return path.endsWith(NEWER)
          ? path.substring(0, path.length() - NEWER.length())
          : path.endsWith(CLASSIC) ? path.substring(0, path.length() - CLASSIC.length()) : path;
    }

    @Override
    public String path(Errand errand, String model, boolean stream) {
      String rest = openAiPath(Protocol.AZURE_OPENAI, errand);
      boolean ofNoDeployment =
          errand instanceof Errand.Call call && call.surface() == Surface.RESPONSES;
      if (apiVersion.isEmpty()) {
        return NEWER + rest;
      }
      return ofNoDeployment ? CLASSIC + rest : CLASSIC + "/deployments/" + escaped(model) + rest;
    }

    @Override
    public String query(Errand errand, boolean stream) {
      return apiVersion.map(version -> "api-version=" + escaped(version)).orElse("");
    }

    @Override
    public String keyField() {
      return "api-key";
    }
  }

  /// Anthropic's messages.
  record Anthropic() implements Vendor {
    private static final String VERSION = "2023-06-01";

    @Override
    public String path(Errand errand, String model, boolean stream) {
      return switch (errand) {
        case Errand.Conversation _ -> "/v1/messages";
        case Errand.Pass pass -> "/v1" + pass.path();
        case Errand.Call call ->
            call.surface() == Surface.COUNT_TOKENS ? "/v1/messages/count_tokens" : "/v1/messages";
      };
    }

    @Override
    public void fields(Headers headers) {
      if (headers.first("anthropic-version") == null) {
        headers.set("anthropic-version", VERSION);
      }
    }

    @Override
    public String keyField() {
      return "x-api-key";
    }
  }

  /// What Google's two protocols put behind the model's name.
  private static String method(Errand errand, boolean stream) {
    return switch (errand) {
      case Errand.Conversation _ -> stream ? "streamGenerateContent" : "generateContent";
      case Errand.Call call -> call.operation();
      case Errand.Pass _ -> throw unserved(Protocol.GEMINI, errand);
    };
  }

  /// A translated stream is always read as events; the caller's own comes as it asks.
  private static String framing(Errand errand, boolean stream) {
    return errand instanceof Errand.Conversation && stream ? "alt=sse" : "";
  }

  /// Google's, with a key.
  record Gemini() implements Vendor {
    @Override
    public String path(Errand errand, String model, boolean stream) {
      String name = model.indexOf('/') < 0 ? "models/" + model : model;
      return "/v1beta/" + named(name) + ":" + method(errand, stream);
    }

    @Override
    public String query(Errand errand, boolean stream) {
      return framing(errand, stream);
    }

    @Override
    public String keyField() {
      return "x-goog-api-key";
    }
  }

  /// Google's, in a project of its cloud.
  record Vertex(String project, String location) implements Vendor {
    @Override
    public String path(Errand errand, String model, boolean stream) {
      String name = model.indexOf('/') < 0 ? "publishers/google/models/" + model : model;
      return "/v1/projects/"
          + escaped(project)
          + "/locations/"
          + escaped(location)
          + "/"
          + named(name)
          + ":"
          + method(errand, stream);
    }

    @Override
    public String query(Errand errand, boolean stream) {
      return framing(errand, stream);
    }

    @Override
    public String keyField() {
      return "x-goog-api-key";
    }
  }

  /// Amazon's converse. The id of a model may hold colons and, as the name of a profile, slashes.
  record Bedrock() implements Vendor {
    @Override
    public String path(Errand errand, String model, boolean stream) {
      return switch (errand) {
        case Errand.Conversation _ -> path(model, stream);
        case Errand.Call call -> path(model, call.surface() == Surface.CONVERSE_STREAM);
        case Errand.Pass _ -> throw unserved(Protocol.BEDROCK, errand);
      };
    }

    private static String path(String model, boolean stream) {
      return "/model/" + escaped(model) + (stream ? "/converse-stream" : "/converse");
    }
  }

  /// Ollama's own.
  record Ollama() implements Vendor {
    @Override
    public String path(Errand errand, String model, boolean stream) {
      return "/api/chat";
    }
  }

  /// Cohere's second version.
  record Cohere() implements Vendor {
    @Override
    public String path(Errand errand, String model, boolean stream) {
      return switch (errand) {
        case Errand.Conversation _, Errand.Call _ -> "/v2/chat";
        case Errand.Pass pass -> "/v2" + pass.path();
      };
    }
  }

  /// A server of tools: `base_url` is its address, whole.
  record Mcp() implements Vendor {
    @Override
    public String path(Errand errand, String model, boolean stream) {
      return "";
    }
  }
}
