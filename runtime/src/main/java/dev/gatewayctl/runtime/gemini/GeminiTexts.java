package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Channel;
import dev.gatewayctl.runtime.wire.Pieces;
import dev.gatewayctl.runtime.wire.StreamDialect.StreamText;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The texts of an answer or of one event of a stream, each with the channel that it belongs to.
///
/// A text and a thought go on in later events until something else comes in between. A call is
/// whole in one event, each of its arguments a text of its own; only Vertex may send an argument in
/// fragments (`partialArgs`).
final class GeminiTexts {
  /// The channel of arguments that are whole.
  static final String ARGUMENT = "args";

  /// Begins the channel of an argument in fragments; its path follows.
  static final String FRAGMENT = "partialArgs ";

  static final String TEXT = "text";
  static final String THOUGHT = "thought";

  /// Members of the root that hold no text of a model.
  private static final Set<String> ROOT =
      Set.of(
          "cachedContentTokenCount",
          "createTime",
          "modelVersion",
          "promptTokensDetails",
          "cacheTokensDetails",
          "responseId",
          "totalBillableCharacters",
          "totalTokens",
          "usageMetadata");

  /// Members of a candidate that hold no text of a model.
  private static final Set<String> CANDIDATE =
      Set.of(
          "avgLogprobs", "finishReason", "index", "logprobsResult", "safetyRatings", "tokenCount");

  private final List<StreamText> found = new ArrayList<>();
  private final List<Channel> ended = new ArrayList<>();
  private final CallCount calls;
  private int arguments;

  private GeminiTexts(CallCount calls) {
    this.calls = calls;
  }

  /// Counts the calls of each choice, over the events of a stream.
  static final class CallCount {
    private int[] counts = new int[1];

    /// The number of calls that began.
    int of(int choice) {
      return choice < counts.length ? counts[choice] : 0;
    }

    private void add(int choice) {
      if (choice >= counts.length) {
        counts = java.util.Arrays.copyOf(counts, choice + 1);
      }
      counts[choice]++;
    }
  }

  /// The highest index of a choice that is told from others.
  static final int MAX_CHOICE = 1_023;

  /// All texts below the root.
  static GeminiTexts of(JsonValue root, CallCount calls) {
    GeminiTexts texts = new GeminiTexts(calls);
    for (JsonValue.Member member : root.members()) {
      JsonValue value = member.value();
      String name = member.name().text().string();
      switch (name) {
        case "candidates" -> {
          for (JsonValue candidate : value.items()) {
            texts.candidate(candidate, index(candidate));
          }
          if (!value.isArray()) {
            texts.everything(value, 0, Location.METADATA);
          }
        }
        case "promptFeedback" -> texts.feedback(value);
        case "embedding" -> texts.embedding(value);
        case "embeddings" -> {
          for (JsonValue embedding : value.items()) {
            texts.embedding(embedding);
          }
          if (!value.isArray()) {
            texts.everything(value, 0, Location.METADATA);
          }
        }
        default -> {
          if (!ROOT.contains(name)) {
            texts.everything(value, 0, Location.METADATA);
          }
        }
      }
    }
    return texts;
  }

  List<StreamText> found() {
    return found;
  }

  /// Whether a channel ends with this event, whatever candidates say of their own end.
  boolean ends(Channel channel) {
    return channel.member().equals(ARGUMENT)
        || ended.contains(channel)
        || (channel.member().startsWith(FRAGMENT) && channel.index() != calls.of(channel.choice()));
  }

  /// The `index` of a candidate; 0 is left out.
  static int index(JsonValue candidate) {
    JsonValue index = candidate.find("index");
    long number = index == null ? 0 : index.wholeNumber().orElse(0);
    return number >= 0 && number <= MAX_CHOICE ? (int) number : 0;
  }

  static Channel text(int choice) {
    return Channel.running(choice, TEXT, 0, Location.ASSISTANT);
  }

  static Channel thought(int choice) {
    return Channel.running(choice, THOUGHT, 0, Location.REASONING);
  }

  private void feedback(JsonValue feedback) {
    for (JsonValue.Member member : feedback.members()) {
      if (!member.name().is("blockReason") && !member.name().is("safetyRatings")) {
        everything(member.value(), 0, Location.METADATA);
      }
    }
    if (!feedback.isObject()) {
      everything(feedback, 0, Location.METADATA);
    }
  }

  private void embedding(JsonValue embedding) {
    for (JsonValue.Member member : embedding.members()) {
      if (member.name().is("values") && member.value().isArray()) {
        for (JsonValue number : member.value().items()) {
          if (!number.isNumber()) {
            everything(number, 0, Location.METADATA);
          }
        }
      } else if (!member.name().is("shape") && !member.name().is("statistics")) {
        everything(member.value(), 0, Location.METADATA);
      }
    }
    if (!embedding.isObject()) {
      everything(embedding, 0, Location.METADATA);
    }
  }

  private void candidate(JsonValue candidate, int choice) {
    if (!candidate.isObject()) {
      everything(candidate, choice, Location.METADATA);
    }
    for (JsonValue.Member member : candidate.members()) {
      JsonValue value = member.value();
      String name = member.name().text().string();
      switch (name) {
        case "content" -> content(value, choice);
        case "finishMessage" -> {
          if (quotesCall(candidate)) {
            arguments(value, choice);
          } else {
            everything(value, choice, Location.METADATA);
          }
        }
        case "groundingMetadata" -> grounding(value, choice);
        default -> {
          if (!CANDIDATE.contains(name)) {
            everything(value, choice, Location.METADATA);
          }
        }
      }
    }
  }

  /// Whether the message about an end tells of a call that failed: then it holds the call.
  private static boolean quotesCall(JsonValue candidate) {
    JsonValue reason = candidate.find("finishReason");
    return reason != null
        && (reason.is("MALFORMED_FUNCTION_CALL") || reason.is("UNEXPECTED_TOOL_CALL"));
  }

  private void content(JsonValue content, int choice) {
    for (JsonValue.Member member : content.members()) {
      JsonValue value = member.value();
      if (member.name().is("parts") && value.isArray()) {
        @Nullable String last = null;
        for (JsonValue part : value.items()) {
          String kind = part(part, choice);
          last = kind == null ? last : kind;
        }
        if (last != null && !last.equals(TEXT)) {
          ended.add(text(choice));
        }
        if (last != null && !last.equals(THOUGHT)) {
          ended.add(thought(choice));
        }
      } else if (!member.name().is("role")) {
        everything(value, choice, Location.METADATA);
      }
    }
    if (!content.isObject()) {
      everything(content, choice, Location.METADATA);
    }
  }

  /// The texts of a part; gives the kind of its content, null when it has none.
  private @Nullable String part(JsonValue part, int choice) {
    JsonValue thought = part.find("thought");
    boolean thinks = thought != null && thought.isTrue();
    String kind = null;
    for (JsonValue.Member member : part.members()) {
      JsonValue value = member.value();
      String name = member.name().text().string();
      switch (name) {
        case "text" -> {
          if (value.isString()) {
            add(thinks ? thought(choice) : text(choice), TextPiece.Form.TEXT, value);
            boolean empty = value.end() - value.start() == 2;
            kind = empty ? kind : thinks ? THOUGHT : TEXT;
          } else {
            everything(value, choice, thinks ? Location.REASONING : Location.ASSISTANT);
          }
        }
        case "thought", "thoughtSignature" -> {}
        case "functionCall", "toolCall" -> {
          call(value, choice);
          kind = name;
        }
        case "executableCode" -> {
          arguments(value, choice);
          kind = name;
        }
        case "codeExecutionResult", "functionResponse", "toolResponse" -> {
          everything(value, choice, Location.TOOL_RESULT);
          kind = name;
        }
        case "inlineData" -> {
          inline(value, choice);
          kind = name;
        }
        case "fileData" -> {
          everything(value, choice, Location.REFERENCE);
          kind = name;
        }
        default -> everything(value, choice, Location.METADATA);
      }
    }
    if (!part.isObject()) {
      everything(part, choice, Location.METADATA);
    }
    return kind;
  }

  private void inline(JsonValue blob, int choice) {
    for (JsonValue.Member member : blob.members()) {
      boolean bytes = member.name().is("data") && member.value().isString();
      if (!bytes && !member.name().is("mimeType")) {
        everything(member.value(), choice, Location.METADATA);
      }
    }
    if (!blob.isObject()) {
      everything(blob, choice, Location.METADATA);
    }
  }

  private void call(JsonValue call, int choice) {
    JsonValue name = call.find("name");
    if (name != null && name.isString()) {
      calls.add(choice);
      add(Channel.single(choice, Location.TOOL_CALL), TextPiece.Form.FIXED, name);
    }
    for (JsonValue.Member member : call.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "id", "willContinue" -> {}
        case "name" -> {
          if (!value.isString()) {
            arguments(value, choice);
          }
        }
        case "partialArgs" -> {
          for (JsonValue fragment : value.items()) {
            fragment(fragment, choice);
          }
          if (!value.isArray()) {
            arguments(value, choice);
          }
        }
        default -> arguments(value, choice);
      }
    }
    if (!call.isObject()) {
      arguments(call, choice);
    }
  }

  private void fragment(JsonValue fragment, int choice) {
    JsonValue path = fragment.find("jsonPath");
    String where = path == null ? "" : path.text().string();
    JsonValue more = fragment.find("willContinue");
    for (JsonValue.Member member : fragment.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "willContinue", "nullValue", "boolValue" -> {}
        case "stringValue" -> {
          Channel channel =
              Channel.running(choice, FRAGMENT + where, calls.of(choice), Location.TOOL_CALL);
          if (value.isString()) {
            add(channel, TextPiece.Form.TEXT, value);
          } else {
            arguments(value, choice);
          }
          if (more == null || !more.isTrue()) {
            ended.add(channel);
          }
        }
        case "jsonPath" -> argument(TextPiece.Form.FIXED, value, choice);
        default -> arguments(value, choice);
      }
    }
    if (!fragment.isObject()) {
      arguments(fragment, choice);
    }
  }

  /// Everything in a value of arguments, each a text of its own.
  private void arguments(JsonValue value, int choice) {
    Pieces pieces = new Pieces();
    pieces.walk(value, Location.TOOL_CALL);
    for (TextPiece piece : pieces.list()) {
      found.add(new StreamText(nextArgument(choice), piece));
    }
  }

  private void argument(TextPiece.Form form, JsonValue value, int choice) {
    add(nextArgument(choice), form, value);
  }

  private Channel nextArgument(int choice) {
    return Channel.running(choice, ARGUMENT, arguments++, Location.TOOL_CALL);
  }

  /// Sources of an answer. Where they say again what the answer says, that is the answer's text.
  private void grounding(JsonValue grounding, int choice) {
    for (JsonValue.Member member : grounding.members()) {
      if (!member.name().is("groundingSupports") || !member.value().isArray()) {
        everything(member.value(), choice, Location.METADATA);
        continue;
      }
      for (JsonValue support : member.value().items()) {
        JsonValue segment = support.find("segment");
        JsonValue text = segment == null ? null : segment.find("text");
        if (text != null && text.isString()) {
          add(Channel.repeated(choice, Location.ASSISTANT), TextPiece.Form.TEXT, text);
        } else {
          everything(support, choice, Location.METADATA);
        }
      }
    }
    if (!grounding.isObject()) {
      everything(grounding, choice, Location.METADATA);
    }
  }

  /// Every string and number in a value, each a text of its own; names stay.
  private void everything(JsonValue value, int choice, Location location) {
    Pieces pieces = new Pieces();
    pieces.walk(value, location);
    for (TextPiece piece : pieces.list()) {
      found.add(new StreamText(Channel.single(choice, location), piece));
    }
  }

  private void add(Channel channel, TextPiece.Form form, JsonValue value) {
    found.add(new StreamText(channel, TextPiece.of(channel.location(), false, form, value)));
  }
}
