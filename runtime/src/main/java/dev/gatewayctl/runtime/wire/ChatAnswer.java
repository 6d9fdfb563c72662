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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A whole answer of the OpenAI chat protocol as the provider sent it, or what came in its place:
/// an error, or text that is no JSON, each inspected at location `metadata`.
public final class ChatAnswer {
  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  private final byte[] body;
  private final @Nullable JsonValue root;
  private final List<TextPiece> pieces;

  private ChatAnswer(byte[] body, @Nullable JsonValue root, List<TextPiece> pieces) {
    this.body = body;
    this.root = root;
    this.pieces = pieces;
  }

  /// What came of reading.
  public sealed interface Reading {
    /// Its texts are known.
    record Read(ChatAnswer answer) implements Reading {}

    /// Its texts cannot be told for certain, so it must not pass where texts are inspected.
    ///
    /// @param message in plain words, without any of the text
    record Unreadable(String message) implements Reading {}
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

  /// Reads a body; it is kept, not copied, and may not be changed afterwards.
  public static Reading read(byte[] body) {
    return switch (JsonDocument.read(body)) {
      case JsonDocument.Reading.Read(JsonDocument document) -> {
        JsonValue root = document.root();
        List<TextPiece> pieces = new ArrayList<>();
        if (root.isObject()) {
          ChatTexts.of(root, "message").forEach(found -> pieces.add(found.piece()));
        } else {
          Pieces everything = new Pieces();
          everything.walk(root, Location.METADATA);
          pieces.addAll(everything.list());
        }
        yield new Reading.Read(new ChatAnswer(body, root, List.copyOf(pieces)));
      }
      case JsonDocument.Reading.Malformed(String reason, int offset) ->
          looksLikeJson(body)
              ? new Reading.Unreadable("it is not JSON: " + reason + " (byte " + offset + ")")
              : plain(body);
    };
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
    return new Reading.Read(new ChatAnswer(body, null, all));
  }

  /// Every text in the order of the body.
  public List<TextPiece> pieces() {
    return pieces;
  }

  /// The tokens that the provider reports, if it does.
  public Usage usage() {
    Usage usage = root == null ? null : ChatUsage.find(root);
    return usage == null ? Usage.UNKNOWN : usage;
  }

  /// The model as the provider names it.
  public Optional<String> model() {
    JsonValue model = root == null ? null : root.find("model");
    return model == null ? Optional.empty() : model.string();
  }

  /// Why each choice ended, in the order of the body; choices that do not say are left out.
  public List<String> finishReasons() {
    List<String> reasons = new ArrayList<>();
    for (JsonValue choice : choices()) {
      JsonValue reason = choice.find("finish_reason");
      if (reason != null) {
        reason.string().ifPresent(reasons::add);
      }
    }
    return reasons;
  }

  /// The assistant's text of all choices, one line break between pieces.
  public String text() {
    return pieces.stream()
        .filter(piece -> piece.location() == Location.ASSISTANT)
        .map(piece -> piece.text().string())
        .collect(Collectors.joining("\n"));
  }

  /// The calls of tools of all choices.
  public List<ToolCall> toolCalls() {
    List<ToolCall> calls = new ArrayList<>();
    for (JsonValue choice : choices()) {
      JsonValue message = choice.find("message");
      if (message == null) {
        continue;
      }
      JsonValue list = message.find("tool_calls");
      for (JsonValue call : list == null ? List.<JsonValue>of() : list.items()) {
        add(calls, call.find("function"), "arguments");
        add(calls, call.find("custom"), "input");
      }
      add(calls, message.find("function_call"), "arguments");
    }
    return calls;
  }

  private static void add(List<ToolCall> calls, @Nullable JsonValue function, String member) {
    if (function != null && function.isObject()) {
      calls.add(new ToolCall(spelled(function.find("name")), spelled(function.find(member))));
    }
  }

  private static String spelled(@Nullable JsonValue value) {
    return value == null || value.isNull() ? "" : value.text().string();
  }

  private List<JsonValue> choices() {
    JsonValue choices = root == null ? null : root.find("choices");
    return choices == null ? List.of() : choices.items();
  }

  /// The names of what would be set to null by [#write] because it gives texts away token by token,
  /// such as `logprobs`.
  public SortedSet<String> sideChannels() {
    SortedSet<String> names = new TreeSet<>();
    for (JsonValue.Member member : sideChannelMembers()) {
      names.add(member.name().text().string());
    }
    return names;
  }

  private List<JsonValue.Member> sideChannelMembers() {
    return root == null ? List.of() : sideChannels(root, "message");
  }

  /// The members of an answer or an event that give tokens away and are not null.
  static List<JsonValue.Member> sideChannels(JsonValue root, String part) {
    List<JsonValue.Member> members = new ArrayList<>();
    addSideChannels(root, members);
    JsonValue choices = root.find("choices");
    for (JsonValue choice : choices == null ? List.<JsonValue>of() : choices.items()) {
      addSideChannels(choice, members);
      JsonValue message = choice.find(part);
      if (message != null) {
        addSideChannels(message, members);
      }
    }
    return members;
  }

  private static void addSideChannels(JsonValue object, List<JsonValue.Member> members) {
    for (String name : ChatTexts.SIDE_CHANNELS) {
      JsonValue value = object.find(name);
      if (value != null && !value.isNull()) {
        object.members().stream().filter(m -> m.name().is(name)).forEach(members::add);
      }
    }
  }

  /// The body with masks; the received array itself when nothing changes.
  ///
  /// @param stripSideChannels whether [#sideChannels] are set to null
  /// @throws IllegalArgumentException when a mask lies on what is never rewritten
  public byte[] write(List<Mask> masks, boolean stripSideChannels) {
    Splices splices = new Splices();
    MaskWriter.write(masks, splices);
    if (stripSideChannels) {
      for (JsonValue.Member member : sideChannelMembers()) {
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
    return pieces.stream()
        .filter(piece -> piece.location() != Location.METADATA)
        .map(TextPiece::text)
        .mapToLong(JsonText::length)
        .sum();
  }

  /// Size only: answers are callers' content.
  @Override
  public String toString() {
    return "ChatAnswer(" + body.length + " bytes)";
  }
}
