package dev.gatewayctl.runtime.cohere;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Unreadable;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads an answer, whole or event by event. What the model plans to do with tools (`tool_plan`) is
/// a thought. Citations are told nowhere else and are passed over.
final class CohereToEvents {
  /// The most calls of one answer.
  private static final int MAX_CALLS = 1_024;

  private static final int ERROR_STATUS = 500;

  private final Consumer<AnswerEvent> told;
  private final Map<Long, Integer> ordinals = new HashMap<>();
  private boolean began;
  private int calls;

  CohereToEvents(Consumer<AnswerEvent> told) {
    this.told = told;
  }

  /// Reads a whole answer.
  void whole(JsonValue root) throws Unreadable {
    JsonValue message = root.present("message");
    if (message == null || !message.isObject()) {
      if (message == null || !message.isString()) {
        throw new Unreadable("the answer has no message");
      }
      told.accept(new AnswerEvent.Failed(CohereErrors.read(ERROR_STATUS, root)));
      return;
    }
    begin(root);
    word(message, "tool_plan").ifPresent(text -> told.accept(new AnswerEvent.Reasoning(0, text)));
    JsonValue content = message.present("content");
    if (content != null && content.isString()) {
      word(message, "content").ifPresent(text -> told.accept(new AnswerEvent.Text(0, text)));
    }
    for (JsonValue block : content == null ? List.<JsonValue>of() : content.items()) {
      block(block);
    }
    JsonValue list = message.present("tool_calls");
    for (JsonValue call : list == null ? List.<JsonValue>of() : list.items()) {
      call(call);
    }
    end(root);
  }

  /// Reads an event of a stream.
  ///
  /// @return whether more is to come
  boolean event(JsonValue root) throws Unreadable {
    JsonValue delta = root.present("delta");
    JsonValue message = delta == null ? null : delta.present("message");
    switch (word(root, "type").orElse("")) {
      case "message-start" -> begin(root);
      case "content-start", "content-delta" -> {
        begin(root);
        JsonValue content = message == null ? null : message.present("content");
        if (content != null) {
          block(content);
        }
      }
      case "tool-plan-delta" -> {
        begin(root);
        if (message != null) {
          word(message, "tool_plan")
              .ifPresent(text -> told.accept(new AnswerEvent.Reasoning(0, text)));
        }
      }
      case "tool-call-start" -> {
        begin(root);
        ordinals.put(index(root), calls);
        call(only(message));
      }
      case "tool-call-delta" -> more(root, only(message));
      case "message-end" -> {
        begin(root);
        end(delta == null ? root : delta);
        return false;
      }
      default -> {
        JsonValue error = root.present("message");
        if (root.present("type") == null && error != null && error.isString()) {
          told.accept(new AnswerEvent.Failed(CohereErrors.read(ERROR_STATUS, root)));
          return false;
        }
      }
    }
    return true;
  }

  private void begin(JsonValue root) {
    if (!began) {
      began = true;
      told.accept(new AnswerEvent.Began(word(root, "id"), Optional.empty()));
    }
  }

  private void block(JsonValue block) throws Unreadable {
    word(block, "thinking").ifPresent(text -> told.accept(new AnswerEvent.Reasoning(0, text)));
    word(block, "text").ifPresent(text -> told.accept(new AnswerEvent.Text(0, text)));
    JsonValue type = block.present("type");
    if (type != null && !type.is("text") && !type.is("thinking")) {
      throw new Unreadable("the answer holds a part that cannot be translated");
    }
  }

  /// The call of an event: an object, or a list of one.
  private static JsonValue only(@Nullable JsonValue message) throws Unreadable {
    JsonValue call = message == null ? null : message.present("tool_calls");
    if (call != null && call.isArray() && !call.items().isEmpty()) {
      call = call.items().getFirst();
    }
    if (call == null || !call.isObject()) {
      throw new Unreadable("an event of a call holds none");
    }
    return call;
  }

  private void call(JsonValue call) throws Unreadable {
    JsonValue function = call.present("function");
    Optional<String> name = function == null ? Optional.empty() : word(function, "name");
    if (function == null || name.isEmpty()) {
      throw new Unreadable("a call has no name");
    }
    if (calls == MAX_CALLS) {
      throw new Unreadable("it calls more than " + MAX_CALLS + " tools");
    }
    told.accept(
        new AnswerEvent.CallBegan(
            0, calls, word(call, "id"), name.orElseThrow(), Optional.empty()));
    // The service spells that there are none as `null`.
    String arguments = word(function, "arguments").orElse("");
    arguments(calls, arguments.equals("null") ? "{}" : arguments);
    calls++;
  }

  private void more(JsonValue root, JsonValue call) throws Unreadable {
    Integer ordinal = ordinals.get(index(root));
    JsonValue function = call.present("function");
    if (ordinal == null) {
      throw new Unreadable("arguments come before their call");
    }
    if (function != null) {
      arguments(ordinal, word(function, "arguments").orElse(""));
    }
  }

  private void arguments(int ordinal, String fragment) {
    if (!fragment.isEmpty()) {
      told.accept(new AnswerEvent.CallArguments(0, ordinal, fragment));
    }
  }

  private static long index(JsonValue root) {
    JsonValue index = root.find("index");
    return index == null ? 0 : index.wholeNumber().orElse(0);
  }

  private void end(JsonValue said) {
    Usage usage = usage(said.present("usage"));
    String word = word(said, "finish_reason").orElse("COMPLETE");
    told.accept(new AnswerEvent.Finished(0, meaning(word), word, Optional.empty()));
    if (!usage.equals(Usage.UNKNOWN)) {
      told.accept(new AnswerEvent.Counted(usage));
    }
    told.accept(new AnswerEvent.Ended());
  }

  private StopReason meaning(String word) {
    return switch (word) {
      case "COMPLETE" -> calls > 0 ? StopReason.TOOL_CALLS : StopReason.STOP;
      case "STOP_SEQUENCE" -> StopReason.STOP;
      case "TOOL_CALL" -> StopReason.TOOL_CALLS;
      case "MAX_TOKENS", "ERROR_LIMIT" -> StopReason.LENGTH;
      case "ERROR_TOXIC" -> StopReason.CONTENT_FILTER;
      case "ERROR", "TIMEOUT" -> StopReason.ERROR;
      default -> StopReason.OTHER;
    };
  }

  /// What is billed, which leaves out the service's own prompts; else what was counted. Cached
  /// tokens are a part of what was counted only.
  static Usage usage(@Nullable JsonValue usage) {
    JsonValue billed = usage == null ? null : usage.present("billed_units");
    JsonValue counted = usage == null ? null : usage.present("tokens");
    boolean units = count(billed, "input_tokens").isPresent();
    JsonValue taken = units ? billed : counted;
    return new Usage(
        count(taken, "input_tokens"),
        units ? OptionalLong.empty() : count(usage, "cached_tokens"),
        OptionalLong.empty(),
        OptionalLong.empty(),
        count(taken, "output_tokens"),
        OptionalLong.empty(),
        false);
  }

  private static OptionalLong count(@Nullable JsonValue object, String name) {
    JsonValue value = object == null ? null : object.find(name);
    OptionalLong number = value == null ? OptionalLong.empty() : value.wholeNumber();
    return number.orElse(-1) < 0 ? OptionalLong.empty() : number;
  }

  private static Optional<String> word(JsonValue object, String name) {
    JsonValue value = object.find(name);
    return value == null ? Optional.empty() : value.string().filter(word -> !word.isEmpty());
  }
}
