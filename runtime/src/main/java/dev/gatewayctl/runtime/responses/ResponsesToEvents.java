package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Unreadable;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.openai.ChatTranslation;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Reads answers, whole or event by event. A text counts once: fragments as they come, or the whole
/// item where none came before it. Items that only the provider's own tools understand say nothing
/// elsewhere and are left out.
final class ResponsesToEvents {
  private final Consumer<AnswerEvent> told;
  private final BitSet said = new BitSet();
  private final Map<Integer, Integer> calls = new HashMap<>();
  private boolean began;
  private boolean over;

  ResponsesToEvents(Consumer<AnswerEvent> told) {
    this.told = told;
  }

  /// Whether the answer has ended.
  boolean over() {
    return over;
  }

  void whole(JsonValue root) throws Unreadable {
    if (root.find("output") == null) {
      if (root.present("error") == null) {
        throw new Unreadable("the answer has no output");
      }
      fail(root);
      return;
    }
    begin(root);
    items(root);
    end(root);
  }

  private void begin(JsonValue response) {
    if (!began) {
      began = true;
      told.accept(new AnswerEvent.Began(text(response, "id"), text(response, "model")));
    }
  }

  void event(ResponseEvent event) throws Unreadable {
    JsonValue response = event.object("response");
    if (response != null) {
      begin(response);
    }
    if (event.isError()) {
      fail(event.root());
    } else if (event.isLast()) {
      if (response == null) {
        throw new Unreadable("the last event holds no response");
      }
      items(response);
      end(response);
    } else if (event.stem().equals("output_item")) {
      JsonValue item = event.object("item");
      if (item != null && event.isDone()) {
        item(item, event.output());
      } else if (item != null && isCall(item)) {
        call(item, event.output());
      }
    } else if (event.type().endsWith(".delta")) {
      delta(event);
    }
  }

  private void delta(ResponseEvent event) {
    String text = event.text("delta");
    if (text.isEmpty()) {
      return;
    }
    switch (event.stem()) {
      case "output_text" -> told.accept(new AnswerEvent.Text(0, text));
      case "refusal" -> told.accept(new AnswerEvent.Refusal(0, text));
      case "reasoning_text", "reasoning_summary_text" -> {
        boolean next = event.inner() > 0 && lastInner != event.inner();
        told.accept(new AnswerEvent.Reasoning(0, next ? "\n\n" + text : text));
        lastInner = event.inner();
      }
      case "function_call_arguments", "custom_tool_call_input" -> {
        Integer ordinal = calls.get(event.output());
        if (ordinal == null) {
          return;
        }
        told.accept(new AnswerEvent.CallArguments(0, ordinal, text));
      }
      default -> {
        return;
      }
    }
    say(event.output());
  }

  private int lastInner;

  private void say(int place) {
    if (place >= 0) {
      said.set(place);
    }
  }

  private void items(JsonValue response) throws Unreadable {
    int place = 0;
    for (JsonValue item : items(response, "output")) {
      if (place == ResponseEvent.MAX_PLACES) {
        throw new Unreadable("its output has more than " + place + " items");
      }
      item(item, place);
      place++;
    }
  }

  private static List<JsonValue> items(JsonValue object, String name) {
    JsonValue list = object.find(name);
    return list == null ? List.of() : list.items();
  }

  private final BitSet done = new BitSet();

  /// An item that is complete; only what was not told before is told now.
  private void item(JsonValue item, int place) {
    if (place >= 0 && done.get(place)) {
      return;
    }
    if (place >= 0) {
      done.set(place);
    }
    boolean known = place >= 0 && said.get(place);
    switch (Items.type(item)) {
      case "message" -> {
        for (JsonValue part : known ? List.<JsonValue>of() : items(item, "content")) {
          text(part, "text").ifPresent(text -> told.accept(new AnswerEvent.Text(0, text)));
          text(part, "refusal").ifPresent(text -> told.accept(new AnswerEvent.Refusal(0, text)));
        }
      }
      case "reasoning" -> reasoning(item, known);
      case "function_call", "custom_tool_call" -> {
        int ordinal = call(item, place);
        if (!known) {
          text(item, "arguments")
              .or(() -> text(item, "input"))
              .ifPresent(text -> told.accept(new AnswerEvent.CallArguments(0, ordinal, text)));
        }
      }
      default -> {}
    }
  }

  private void reasoning(JsonValue item, boolean known) {
    String thought = known ? "" : thought(item);
    Optional<String> sealed = text(item, "encrypted_content");
    if (!thought.isEmpty()) {
      told.accept(new AnswerEvent.Reasoning(0, thought));
    }
    if (sealed.isPresent()) {
      told.accept(
          known || !thought.isEmpty()
              ? new AnswerEvent.ReasoningSigned(0, sealed.orElseThrow())
              : new AnswerEvent.HiddenReasoning(0, sealed.orElseThrow()));
    }
  }

  /// The thought itself where it is told, else its summary.
  static String thought(JsonValue item) {
    List<JsonValue> parts = items(item, "content");
    if (parts.isEmpty()) {
      parts = items(item, "summary");
    }
    return String.join(
        "\n\n", parts.stream().map(part -> text(part, "text")).flatMap(Optional::stream).toList());
  }

  private static boolean isCall(JsonValue item) {
    String type = Items.type(item);
    return type.equals("function_call") || type.equals("custom_tool_call");
  }

  /// Tells that a call begins, once; gives its ordinal.
  private int call(JsonValue item, int place) {
    Integer known = calls.get(place);
    if (known != null) {
      return known;
    }
    int ordinal = calls.size();
    calls.put(place, ordinal);
    told.accept(
        new AnswerEvent.CallBegan(
            0, ordinal, text(item, "call_id"), text(item, "name").orElse(""), signature(item)));
    return ordinal;
  }

  /// Where the signature of the thought that led to a call stands: beside it, as in Google's own
  /// chat surface.
  static Optional<String> signature(JsonValue item) {
    JsonValue extra = item.present("extra_content");
    JsonValue google = extra == null ? null : extra.present("google");
    return google == null ? Optional.empty() : text(google, "thought_signature");
  }

  private void end(JsonValue response) {
    if (response.present("usage") != null) {
      told.accept(new AnswerEvent.Counted(ResponsesUsage.of(response)));
    }
    if (response.present("error") != null
        || text(response, "status").equals(Optional.of("failed"))) {
      fail(response);
      return;
    }
    String word = ResponsesAnswer.finishReason(response).orElse("");
    StopReason reason =
        switch (word) {
          case "stop", "" -> calls.isEmpty() ? StopReason.STOP : StopReason.TOOL_CALLS;
          case "tool_calls" -> StopReason.TOOL_CALLS;
          case "length" -> StopReason.LENGTH;
          case "content_filter" -> StopReason.CONTENT_FILTER;
          default -> StopReason.OTHER;
        };
    told.accept(new AnswerEvent.Finished(0, reason, word, Optional.empty()));
    told.accept(new AnswerEvent.Ended());
    over = true;
  }

  private void fail(JsonValue holder) {
    over = true;
    byte[] bytes = java.util.Arrays.copyOfRange(holder.bytes(), holder.start(), holder.end());
    told.accept(new AnswerEvent.Failed(ChatTranslation.INSTANCE.error(0, bytes)));
  }

  /// A member that is a string and says something.
  static Optional<String> text(JsonValue object, String name) {
    JsonValue value = object.find(name);
    return value == null ? Optional.empty() : value.string().filter(text -> !text.isEmpty());
  }
}
