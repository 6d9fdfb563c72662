package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.Pieces;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.StreamDialect;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.util.List;
import java.util.Optional;

/// The protocols of OpenAI whose requests hold texts but no messages. Their errors are those of the
/// chat protocol, and so are the answers and streams of completions.
public final class InputDialect implements Dialect {
  /// `POST /v1/completions`.
  public static final InputDialect COMPLETIONS =
      new InputDialect(ChatRequest.Kind.COMPLETIONS, "prompt", Location.USER);

  /// `POST /v1/embeddings`.
  public static final InputDialect EMBEDDINGS =
      new InputDialect(ChatRequest.Kind.EMBEDDINGS, "input", Location.INPUT);

  /// `POST /v1/moderations`.
  public static final InputDialect MODERATIONS =
      new InputDialect(ChatRequest.Kind.MODERATIONS, "input", Location.INPUT);

  private final ChatRequest.Kind kind;
  private final String member;
  private final Location location;

  private InputDialect(ChatRequest.Kind kind, String member, Location location) {
    this.kind = kind;
    this.member = member;
    this.location = location;
  }

  @Override
  public RequestBody.Reading request(byte[] body, RequestPath path) {
    return ChatRequest.read(
        body,
        kind,
        root -> {
          InputReading reading = new InputReading(member, location);
          reading.root(root);
          return reading.content();
        });
  }

  @Override
  public AnswerBody.Reading answer(byte[] body) {
    return AnswerBody.read(
        body, kind == ChatRequest.Kind.COMPLETIONS ? ChatAnswer::new : Numbers::new);
  }

  /// An answer in numbers: vectors or scores, which are no texts, whatever their spelling.
  private record Numbers(JsonValue root) implements AnswerBody.Content {
    @Override
    public List<TextPiece> pieces() {
      Pieces pieces = new Pieces();
      for (JsonValue.Member member : root.members()) {
        JsonValue value = member.value();
        switch (member.name().text().string()) {
          case "id", "model", "object", "usage" -> {}
          case "data", "results" -> entries(value, pieces);
          default -> pieces.walk(value, Location.METADATA);
        }
      }
      return List.copyOf(pieces.list());
    }

    private static void entries(JsonValue list, Pieces pieces) {
      if (!list.isArray()) {
        pieces.walk(list, Location.METADATA);
      }
      for (JsonValue entry : list.items()) {
        for (JsonValue.Member member : entry.members()) {
          boolean numbers =
              switch (member.name().text().string()) {
                case "category_applied_input_types" -> true;
                case "embedding" -> isVector(member.value());
                case "categories", "category_scores" -> isScores(member.value());
                case "flagged", "index", "object" -> !member.value().isObject();
                default -> false;
              };
          if (!numbers) {
            pieces.walk(member.value(), Location.METADATA);
          }
        }
        if (!entry.isObject()) {
          pieces.walk(entry, Location.METADATA);
        }
      }
    }

    /// A list of numbers, or their bytes in base64.
    private static boolean isVector(JsonValue value) {
      if (!value.isString()) {
        return value.isArray() && value.items().stream().allMatch(JsonValue::isNumber);
      }
      for (int i = value.start() + 1; i < value.end() - 1; i++) {
        byte b = value.bytes()[i];
        boolean letter = (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
        boolean digit = b >= '0' && b <= '9';
        if (!letter && !digit && b != '+' && b != '/' && b != '=' && b != '\\') {
          return false;
        }
      }
      return true;
    }

    private static boolean isScores(JsonValue value) {
      return value.members().stream()
          .map(JsonValue.Member::value)
          .allMatch(score -> score.isNumber() || score.isBoolean() || score.isNull());
    }

    @Override
    public Usage usage() {
      Usage usage = ChatUsage.find(root);
      return usage == null ? Usage.UNKNOWN : usage;
    }

    @Override
    public Optional<String> model() {
      JsonValue model = root.find("model");
      return model == null ? Optional.empty() : model.string();
    }

    @Override
    public List<String> finishReasons() {
      return List.of();
    }

    @Override
    public List<AnswerBody.ToolCall> toolCalls() {
      return List.of();
    }

    @Override
    public List<JsonValue.Member> sideChannels() {
      return List.of();
    }

    @Override
    public String toString() {
      return "Numbers(" + (root.end() - root.start()) + " bytes)";
    }
  }

  @Override
  public StreamDialect stream(StreamDialect.Settings settings) {
    return new ChatEvents(settings);
  }

  @Override
  public ErrorAnswer error(ProtocolError error) {
    return ChatDialect.INSTANCE.error(error);
  }
}
