package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What whole answers and chunks have in common: parts, ends, usage, the head.
final class AnswerParts {
  private AnswerParts() {}

  /// A call and its arguments so far: here a call is told as a whole.
  record Call(AnswerEvent.CallBegan began, StringBuilder arguments) {
    void write(Answering answering, JsonWriter json) {
      json.beginObject().name("functionCall").beginObject();
      json.name("id").value(id(answering)).name("name").value(began.name()).name("args");
      ObjectJson.arguments(arguments.toString(), json);
      json.endObject();
      began.signature().ifPresent(sign -> json.name("thoughtSignature").value(sign));
      json.endObject();
    }

    /// The provider's id, else one that is the same each time.
    private String id(Answering answering) {
      String exchange = answering.exchange();
      String tail = exchange.substring(exchange.indexOf('_') + 1);
      return began.id().orElse("call_" + tail + "_" + began.choice() + "_" + began.ordinal());
    }

    @Override
    public String toString() {
      return "Call(" + arguments.length() + " characters)";
    }
  }

  static void text(JsonWriter json, String text, boolean thought) {
    json.beginObject().name("text").value(text);
    if (thought) {
      json.name("thought").value(true);
    }
    json.endObject();
  }

  /// A signature in a part of its own: it ends the thought before it.
  static void signature(JsonWriter json, String signature) {
    json.beginObject().name("text").value("").name("thought").value(true);
    json.name("thoughtSignature").value(signature).endObject();
  }

  /// Why a candidate is complete, and the last members of a candidate. An answer that ended without
  /// a reason ended by itself. What this protocol has no word for stands in the message.
  static void end(JsonWriter json, AnswerEvent.@Nullable Finished finished) {
    StopReason reason = finished == null ? StopReason.STOP : finished.reason();
    json.name("finishReason").value(FinishReasons.word(reason));
    if (finished != null
        && (reason == StopReason.ERROR
            || reason == StopReason.OTHER
            || reason == StopReason.PAUSE)) {
      json.name("finishMessage").value(finished.word());
    }
  }

  static void usage(JsonWriter json, Usage usage) {
    if (usage.input().isEmpty() && usage.output().isEmpty()) {
      return;
    }
    json.name("usageMetadata").beginObject();
    count(json, "promptTokenCount", usage.input());
    count(json, "cachedContentTokenCount", usage.cached());
    if (usage.output().isPresent()) {
      long thoughts = usage.reasoning().orElse(0);
      json.name("candidatesTokenCount").value(Math.max(0, usage.output().getAsLong() - thoughts));
    }
    count(json, "thoughtsTokenCount", usage.reasoning());
    if (usage.input().isPresent() && usage.output().isPresent()) {
      json.name("totalTokenCount").value(usage.input().getAsLong() + usage.output().getAsLong());
    }
    json.endObject();
  }

  private static void count(JsonWriter json, String name, OptionalLong count) {
    if (count.isPresent()) {
      json.name(name).value(count.getAsLong());
    }
  }

  static void head(
      JsonWriter json, Optional<String> id, Optional<String> model, Answering answering) {
    json.name("modelVersion").value(model.orElse(answering.model()));
    json.name("responseId").value(id.orElse(answering.exchange()));
  }
}
