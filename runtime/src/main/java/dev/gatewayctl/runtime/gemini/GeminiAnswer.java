package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.StreamDialect.StreamText;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A whole answer: content, a count of tokens, or embeddings.
final class GeminiAnswer implements AnswerBody.Content {
  /// Counting and embedding write no tokens, and counting reads none that are paid.
  private static final Usage NOTHING =
      new Usage(
          OptionalLong.of(0),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.of(0),
          OptionalLong.empty(),
          false);

  private final JsonValue root;
  private final List<TextPiece> pieces;

  GeminiAnswer(JsonValue root) {
    this.root = root;
    this.pieces =
        GeminiTexts.of(root, new GeminiTexts.CallCount()).found().stream()
            .map(StreamText::piece)
            .toList();
  }

  @Override
  public List<TextPiece> pieces() {
    return pieces;
  }

  @Override
  public Usage usage() {
    Usage usage = GeminiAnswer.reported(root);
    if (usage != null) {
      return usage;
    }
    return root.find("totalTokens") == null ? Usage.UNKNOWN : NOTHING;
  }

  @Override
  public Optional<String> model() {
    JsonValue model = root.find("modelVersion");
    return model == null ? Optional.empty() : model.string();
  }

  @Override
  public List<String> finishReasons() {
    List<String> reasons = new ArrayList<>();
    for (JsonValue candidate : candidates(root)) {
      boolean called = !calls(candidate).isEmpty();
      FinishReasons.of(candidate)
          .ifPresent(word -> reasons.add(FinishReasons.chatWord(word, called)));
    }
    if (FinishReasons.blocked(root).isPresent()) {
      reasons.add("content_filter");
    }
    return reasons;
  }

  @Override
  public List<AnswerBody.ToolCall> toolCalls() {
    List<AnswerBody.ToolCall> calls = new ArrayList<>();
    for (JsonValue candidate : candidates(root)) {
      for (JsonValue call : calls(candidate)) {
        JsonValue name = call.find("name");
        JsonValue args = call.present("args");
        calls.add(
            new AnswerBody.ToolCall(
                name == null ? "" : name.string().orElse(""),
                args == null ? "{}" : args.text().string()));
      }
    }
    return calls;
  }

  static List<JsonValue> candidates(JsonValue root) {
    JsonValue candidates = root.find("candidates");
    return candidates == null ? List.of() : candidates.items();
  }

  static List<JsonValue> parts(JsonValue candidate) {
    JsonValue content = candidate.find("content");
    JsonValue parts = content == null ? null : content.find("parts");
    return parts == null ? List.of() : parts.items();
  }

  /// The function calls of a candidate.
  static List<JsonValue> calls(JsonValue candidate) {
    List<JsonValue> calls = new ArrayList<>();
    for (JsonValue part : parts(candidate)) {
      JsonValue call = part.find("functionCall");
      if (call != null && call.isObject()) {
        calls.add(call);
      }
    }
    return calls;
  }

  @Override
  public List<JsonValue.Member> sideChannels() {
    return sideChannels(root);
  }

  /// The members that give texts away token by token and are not null.
  static List<JsonValue.Member> sideChannels(JsonValue root) {
    List<JsonValue.Member> members = new ArrayList<>();
    for (JsonValue candidate : candidates(root)) {
      if (candidate.present("logprobsResult") != null) {
        candidate.members().stream()
            .filter(member -> member.name().is("logprobsResult"))
            .forEach(members::add);
      }
    }
    return members;
  }

  /// The usage of an answer or of a stream's event; null when it reports none. The prompt's count
  /// holds what came from the cache; what tools of the provider read is input beside it. Thoughts
  /// are output beside the candidates' count.
  static @Nullable Usage reported(JsonValue root) {
    JsonValue usage = root.find("usageMetadata");
    return usage == null || !usage.isObject() ? null : counted(usage);
  }

  private static Usage counted(JsonValue usage) {
    OptionalLong prompt = count(usage, "promptTokenCount");
    OptionalLong tools = count(usage, "toolUsePromptTokenCount");
    OptionalLong candidates = count(usage, "candidatesTokenCount");
    OptionalLong thoughts = count(usage, "thoughtsTokenCount");
    OptionalLong total = count(usage, "totalTokenCount");
    OptionalLong input = sum(prompt, tools);
    OptionalLong output = sum(candidates, thoughts);
    // A count of zero is left out; the total says that it was.
    if (output.isEmpty() && total.isPresent() && input.isPresent()) {
      output = OptionalLong.of(Math.max(0, total.getAsLong() - input.getAsLong()));
    }
    return new Usage(
        input,
        count(usage, "cachedContentTokenCount"),
        OptionalLong.empty(),
        OptionalLong.empty(),
        output,
        thoughts,
        false);
  }

  /// The sum of what is known; empty when nothing is.
  private static OptionalLong sum(OptionalLong first, OptionalLong second) {
    return first.isEmpty() ? second : OptionalLong.of(first.getAsLong() + second.orElse(0));
  }

  /// A count that is there, whole and not negative.
  private static OptionalLong count(JsonValue object, String name) {
    JsonValue value = object.find(name);
    OptionalLong number = value == null ? OptionalLong.empty() : value.wholeNumber();
    return number.isPresent() && number.getAsLong() >= 0 ? number : OptionalLong.empty();
  }
}
