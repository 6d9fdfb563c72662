package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Unreadable;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads chat answers, of OpenAI and of those who took its protocol over: a whole answer is read
/// like one chunk whose choices hold `message` instead of `delta`.
///
/// Which member of a dialect says what, and how calls without an index or an id are told apart, was
/// seen in recorded answers of a dozen providers; it stands in the comments below.
final class ChatToEvents {
  /// The most choices of one answer.
  private static final int MAX_CHOICES = 1_024;

  private final String part;
  private final Consumer<AnswerEvent> told;
  private final Map<Integer, Choice> choices = new HashMap<>();
  private boolean began;

  /// A reader of one answer.
  ///
  /// @param part `message` or `delta`
  ChatToEvents(String part, Consumer<AnswerEvent> told) {
    this.part = part;
    this.told = told;
  }

  /// What belongs to one choice so far.
  private static final class Choice {
    private final ChatCalls calls;
    private boolean finished;

    Choice(int index, Consumer<AnswerEvent> told) {
      this.calls = new ChatCalls(index, told);
    }
  }

  /// Reads an answer or a chunk; an error ends the answer.
  ///
  /// @return whether more may come
  boolean read(JsonValue root) throws Unreadable {
    if (isError(root)) {
      told.accept(new AnswerEvent.Failed(ChatErrors.read(0, root)));
      return false;
    }
    JsonValue list = root.present("choices");
    if (list != null && !list.isArray()) {
      throw new Unreadable("choices is not a list");
    }
    List<JsonValue> items = list == null ? List.of() : list.items();
    Usage usage = ChatUsage.find(root);
    if (!began && (!items.isEmpty() || usage != null)) {
      began = true;
      told.accept(new AnswerEvent.Began(word(root, "id"), word(root, "model")));
    }
    int position = 0;
    for (JsonValue choice : items) {
      choice(choice, ChatTexts.index(choice, position));
      position++;
    }
    if (usage != null) {
      told.accept(new AnswerEvent.Counted(usage));
    }
    return true;
  }

  /// Whether an answer is an error: in the member that OpenAI has for it, or flat as in vLLM.
  static boolean isError(JsonValue root) {
    JsonValue object = root.find("object");
    return root.present("error") != null || (object != null && object.is("error"));
  }

  /// The provider's own end has come.
  void end() {
    for (Choice choice : choices.values()) {
      choice.calls.end();
    }
    told.accept(new AnswerEvent.Ended());
  }

  /// A member that says something: some providers send empty words.
  private static Optional<String> word(JsonValue object, String name) {
    return ChatParts.text(object, name).filter(word -> !word.isEmpty());
  }

  private void choice(JsonValue choice, int index) throws Unreadable {
    Choice state = choices.get(index);
    if (state == null) {
      if (choices.size() == MAX_CHOICES) {
        throw new Unreadable("it runs more than " + MAX_CHOICES + " choices side by side");
      }
      state = new Choice(index, told);
      choices.put(index, state);
    }
    JsonValue message = choice.present(part);
    if (message != null) {
      message(message, index, state);
    }
    Optional<String> reason = word(choice, "finish_reason");
    if (reason.isPresent() && !state.finished) {
      state.finished = true;
      state.calls.end();
      String word = reason.orElseThrow();
      told.accept(
          new AnswerEvent.Finished(
              index, reason(word, state.calls.any()), word, word(choice, "stop_reason")));
    }
  }

  /// The reason, in words seen. A call counts as one also where `stop` is said, as some do.
  private static StopReason reason(String word, boolean calls) {
    return switch (word) {
      case "stop", "stop_sequence", "eos", "end_turn" ->
          calls ? StopReason.TOOL_CALLS : StopReason.STOP;
      case "tool_calls", "function_call", "tool_use" -> StopReason.TOOL_CALLS;
      case "length", "max_tokens", "model_length" -> StopReason.LENGTH;
      case "content_filter", "refusal", "safety" -> StopReason.CONTENT_FILTER;
      case "error", "insufficient_system_resource" -> StopReason.ERROR;
      default -> StopReason.OTHER;
    };
  }

  private void message(JsonValue message, int index, Choice state) throws Unreadable {
    reasoning(message, index);
    content(message.present("content"), index);
    ChatParts.text(message, "refusal")
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> told.accept(new AnswerEvent.Refusal(index, text)));
    JsonValue calls = message.present("tool_calls");
    int position = 0;
    for (JsonValue call : calls == null ? List.<JsonValue>of() : calls.items()) {
      state.calls.read(call, part.equals("message"), position);
      position++;
    }
    JsonValue legacy = message.present("function_call");
    if (legacy != null) {
      state.calls.legacy(legacy);
    }
  }

  /// OpenRouter tells the same text in `reasoning` and in `reasoning_details`; DeepSeek and vLLM in
  /// `reasoning_content`, newer vLLM in both plain members.
  private void reasoning(JsonValue message, int index) {
    boolean detailed = false;
    JsonValue details = message.present("reasoning_details");
    List<JsonValue> entries = details == null ? List.of() : details.items();
    for (JsonValue entry : entries) {
      detailed |= word(entry, "text").isPresent() || word(entry, "summary").isPresent();
    }
    if (!detailed) {
      word(message, "reasoning_content")
          .or(() -> word(message, "reasoning"))
          .ifPresent(text -> thought(index, text));
    }
    for (JsonValue entry : entries) {
      word(entry, "text").or(() -> word(entry, "summary")).ifPresent(text -> thought(index, text));
      word(entry, "signature")
          .ifPresent(signature -> told.accept(new AnswerEvent.ReasoningSigned(index, signature)));
      word(entry, "data")
          .ifPresent(data -> told.accept(new AnswerEvent.HiddenReasoning(index, data)));
    }
  }

  private void thought(int index, String text) {
    told.accept(new AnswerEvent.Reasoning(index, text));
  }

  /// A string; for Mistral a list of texts and thoughts.
  private void content(@Nullable JsonValue content, int index) {
    if (content == null) {
      return;
    }
    if (content.isString()) {
      text(index, content);
      return;
    }
    for (JsonValue item : content.items()) {
      JsonValue thinking = item.present("thinking");
      if (item.isString()) {
        text(index, item);
      } else if (thinking != null) {
        String thought = ChatParts.thoughtText(thinking);
        if (!thought.isEmpty()) {
          thought(index, thought);
        }
        word(item, "signature")
            .ifPresent(signature -> told.accept(new AnswerEvent.ReasoningSigned(index, signature)));
      } else {
        JsonValue text = item.present("text");
        if (text != null && text.isString()) {
          text(index, text);
        }
      }
    }
  }

  private void text(int index, JsonValue value) {
    String text = value.text().string();
    if (!text.isEmpty()) {
      told.accept(new AnswerEvent.Text(index, text));
    }
  }
}
