package dev.gatewayctl.runtime.wire;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonText;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.Splices;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A whole answer as the provider sent it, or what came in its place: an error, or text that is no
/// JSON, each inspected at location `metadata`.
public final class AnswerBody {
  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  private final byte[] body;
  private final Content content;

  private AnswerBody(byte[] body, Content content) {
    this.body = body;
    this.content = content;
  }

  /// What came of reading.
  public sealed interface Reading {
    /// Its texts are known.
    record Read(AnswerBody answer) implements Reading {}

    /// Its texts cannot be told for certain, so it must not pass where texts are inspected.
    ///
    /// @param message in plain words, without any of the text
    record Unreadable(String message) implements Reading {}
  }

  /// What an answer of some protocol says; each member is read when it is first asked for.
  public interface Content {
    /// Every text in the order of the body.
    List<TextPiece> pieces();

    /// The tokens that the provider reports, if it does.
    Usage usage();

    /// The model as the provider names it.
    Optional<String> model();

    /// Why each choice ended, in the order of the body and in the chat protocol's words (`stop`,
    /// `length`, `tool_calls`, `content_filter`, or the provider's own word); choices that do not
    /// say are left out.
    List<String> finishReasons();

    /// The calls of tools of all choices.
    List<ToolCall> toolCalls();

    /// Members that give texts away token by token, such as `logprobs`.
    List<JsonValue.Member> sideChannels();
  }

  /// A call of a tool that the model asks for.
  ///
  /// @param arguments as the model wrote them, normally JSON
  public record ToolCall(String name, String arguments) {
    @Override
    public String toString() {
      return "ToolCall(" + arguments.length() + " characters)";
    }
  }

  /// An answer that says nothing but its texts.
  private record Texts(List<TextPiece> pieces) implements Content {
    @Override
    public Usage usage() {
      return Usage.UNKNOWN;
    }

    @Override
    public Optional<String> model() {
      return Optional.empty();
    }

    @Override
    public List<String> finishReasons() {
      return List.of();
    }

    @Override
    public List<ToolCall> toolCalls() {
      return List.of();
    }

    @Override
    public List<JsonValue.Member> sideChannels() {
      return List.of();
    }
  }

  /// Reads a body; it is kept, not copied, and may not be changed afterwards.
  ///
  /// @param protocol what the root of a body that is an object says
  public static Reading read(byte[] body, Function<JsonValue, Content> protocol) {
    return switch (JsonDocument.read(body)) {
      case JsonDocument.Reading.Read(JsonDocument document) -> {
        JsonValue root = document.root();
        yield new Reading.Read(
            new AnswerBody(body, root.isObject() ? protocol.apply(root) : everything(root)));
      }
      case JsonDocument.Reading.Malformed(String reason, int offset) ->
          looksLikeJson(body)
              ? new Reading.Unreadable("it is not JSON: " + reason + " (byte " + offset + ")")
              : plain(body);
    };
  }

  /// An answer that is not looked at: it says nothing.
  public static Reading unread(byte[] body) {
    return new Reading.Read(new AnswerBody(body, new Texts(List.of())));
  }

  private static Content everything(JsonValue root) {
    Pieces everything = new Pieces();
    everything.walk(root, Location.METADATA);
    return new Texts(List.copyOf(everything.list()));
  }

  private static boolean looksLikeJson(byte[] body) {
    for (byte b : body) {
      if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
        return b == '{' || b == '[';
      }
    }
    return false;
  }

  private static Reading plain(byte[] body) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
    } catch (CharacterCodingException notText) {
      return new Reading.Unreadable("it is neither JSON nor UTF-8");
    }
    List<TextPiece> all =
        body.length == 0
            ? List.of()
            : List.of(TextPiece.plain(Location.METADATA, body, 0, body.length));
    return new Reading.Read(new AnswerBody(body, new Texts(all)));
  }

  /// Every text in the order of the body.
  public List<TextPiece> pieces() {
    return content.pieces();
  }

  /// The tokens that the provider reports, if it does.
  public Usage usage() {
    return content.usage();
  }

  /// The model as the provider names it.
  public Optional<String> model() {
    return content.model();
  }

  /// Why each choice ended, in the order of the body; choices that do not say are left out.
  public List<String> finishReasons() {
    return content.finishReasons();
  }

  /// The calls of tools of all choices.
  public List<ToolCall> toolCalls() {
    return content.toolCalls();
  }

  /// The assistant's text of all choices, one line break between pieces.
  public String text() {
    return pieces().stream()
        .filter(piece -> piece.location() == Location.ASSISTANT)
        .map(piece -> piece.text().string())
        .collect(Collectors.joining("\n"));
  }

  /// The names of what would be set to null by [#write] because it gives texts away token by token,
  /// such as `logprobs`.
  public SortedSet<String> sideChannels() {
    SortedSet<String> names = new TreeSet<>();
    for (JsonValue.Member member : content.sideChannels()) {
      names.add(member.name().text().string());
    }
    return names;
  }

  /// The body with masks; the received array itself when nothing changes.
  ///
  /// @param stripSideChannels whether [#sideChannels] are set to null
  /// @throws IllegalArgumentException when a mask lies on what is never rewritten
  public byte[] write(List<Mask> masks, boolean stripSideChannels) {
    Splices splices = new Splices();
    MaskWriter.write(masks, splices);
    if (stripSideChannels) {
      for (JsonValue.Member member : content.sideChannels()) {
        splices.replace(member.value().start(), member.value().end(), NULL);
      }
    }
    return splices.apply(body);
  }

  /// The body as received; not to be changed.
  public byte[] body() {
    return body;
  }

  /// The number of bytes of all texts that a model wrote.
  public long textBytes() {
    return pieces().stream()
        .filter(piece -> piece.location() != Location.METADATA)
        .map(TextPiece::text)
        .mapToLong(JsonText::length)
        .sum();
  }

  /// Size only: answers are callers' content.
  @Override
  public String toString() {
    return "AnswerBody(" + body.length + " bytes)";
  }
}
