package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.exchange.Usage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What the events of an answer say, however they are cut. A choice for which the provider gives no
/// reason counts as stopped when the provider has ended.
record Said(Map<String, String> texts, Map<Integer, String> ends, Usage usage, String last) {
  static Said of(List<AnswerEvent> events) {
    Map<String, String> texts = new TreeMap<>();
    Map<Integer, String> ends = new TreeMap<>();
    Usage usage = Usage.UNKNOWN;
    String last = "cut";
    for (AnswerEvent event : events) {
      switch (event) {
        case AnswerEvent.Began(var id, var model) -> {
          id.ifPresent(name -> texts.put("id", name));
          model.ifPresent(name -> texts.put("model", name));
        }
        case AnswerEvent.Text(int choice, String text) -> add(texts, choice + " text", text);
        case AnswerEvent.Refusal(int choice, String text) -> add(texts, choice + " refusal", text);
        case AnswerEvent.Reasoning(int choice, String text) ->
            add(texts, choice + " reasoning", text);
        case AnswerEvent.ReasoningSigned(int choice, String signature) ->
            add(texts, choice + " signature", signature);
        case AnswerEvent.HiddenReasoning(int choice, String hidden) ->
            add(texts, choice + " hidden", hidden);
        case AnswerEvent.CallBegan call ->
            add(
                texts,
                call.choice() + " call " + call.ordinal(),
                call.id().orElse("") + " " + call.name() + call.signature() + " ");
        case AnswerEvent.CallArguments(int choice, int ordinal, String fragment) ->
            add(texts, choice + " call " + ordinal, fragment);
        case AnswerEvent.Finished finished ->
            ends.put(finished.choice(), finished.reason() + " " + finished.stopSequence());
        case AnswerEvent.Counted counted -> usage = counted.usage();
        case AnswerEvent.Failed failed ->
            last = failed.error().kind() + ": " + failed.error().message();
        case AnswerEvent.Ended _ -> last = "ended";
      }
    }
    if (last.equals("ended")) {
      for (String key : texts.keySet()) {
        if (Character.isDigit(key.charAt(0))) {
          boolean calls = texts.containsKey(key.charAt(0) + " call 0");
          ends.putIfAbsent(
              Integer.parseInt(key.split(" ", 2)[0]),
              (calls ? "TOOL_CALLS" : "STOP") + " Optional.empty");
        }
      }
    }
    return new Said(texts, ends, usage, last);
  }

  /// Without the id, which is made up where the provider gives none.
  Said withoutId() {
    Map<String, String> rest = new TreeMap<>(texts);
    rest.remove("id");
    return new Said(rest, ends, usage, last);
  }

  private static void add(Map<String, String> texts, String key, String text) {
    texts.merge(key, text, String::concat);
  }
}
