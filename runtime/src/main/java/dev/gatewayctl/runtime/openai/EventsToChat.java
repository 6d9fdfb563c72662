package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.ProviderError;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes the events of an answer as one whole answer of the chat protocol. An answer that failed,
/// or ended in an error, is written as an error.
final class EventsToChat {
  private final Answering answering;
  private final Map<Integer, Choice> choices = new TreeMap<>();
  private Optional<String> id = Optional.empty();
  private Optional<String> model = Optional.empty();
  private Usage usage = Usage.UNKNOWN;
  private @Nullable ProviderError error;

  private EventsToChat(Answering answering) {
    this.answering = answering;
  }

  static byte[] write(List<AnswerEvent> events, Answering answering) {
    EventsToChat writer = new EventsToChat(answering);
    events.forEach(writer::take);
    return writer.spelled();
  }

  /// What a choice says.
  private static final class Choice {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder refusal = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final JsonWriter details = new JsonWriter();
    private boolean detailed;
    private boolean answered;
    private final Map<Integer, Call> calls = new LinkedHashMap<>();
    private AnswerEvent.@Nullable Finished finished;

    private void detail() {
      if (!detailed) {
        detailed = true;
        details.beginArray();
      }
    }
  }

  /// A call and its arguments so far.
  private record Call(AnswerEvent.CallBegan began, StringBuilder arguments) {}

  private Choice choice(int index) {
    return choices.computeIfAbsent(index, _ -> new Choice());
  }

  private void take(AnswerEvent event) {
    switch (event) {
      case AnswerEvent.Began began -> {
        id = began.id();
        model = began.model();
      }
      case AnswerEvent.Text(int index, String text) -> {
        choice(index).text.append(text);
        choice(index).answered = true;
      }
      case AnswerEvent.Refusal(int index, String text) -> choice(index).refusal.append(text);
      case AnswerEvent.Reasoning(int index, String text) -> choice(index).reasoning.append(text);
      case AnswerEvent.ReasoningSigned(int index, String signature) -> {
        choice(index).detail();
        ThoughtDetails.told(
            choice(index).details, Optional.empty(), Optional.of(signature), Optional.empty());
      }
      case AnswerEvent.HiddenReasoning(int index, String data) -> {
        choice(index).detail();
        ThoughtDetails.hidden(choice(index).details, data, Optional.empty());
      }
      case AnswerEvent.CallBegan began ->
          choice(began.choice()).calls.put(began.ordinal(), new Call(began, new StringBuilder()));
      case AnswerEvent.CallArguments(int index, int ordinal, String fragment) -> {
        Call call = choice(index).calls.get(ordinal);
        if (call != null) {
          call.arguments.append(fragment);
        }
      }
      case AnswerEvent.Finished finished -> {
        choice(finished.choice()).finished = finished;
        if (finished.reason() == StopReason.ERROR && error == null) {
          error = ended(finished);
        }
      }
      case AnswerEvent.Counted counted -> usage = counted.usage();
      case AnswerEvent.Failed failed -> error = failed.error();
      case AnswerEvent.Ended _ -> {}
    }
  }

  /// The error that an end by error is.
  static ProviderError ended(AnswerEvent.Finished finished) {
    return new ProviderError(502, finished.word(), "the provider ended the answer in an error");
  }

  private byte[] spelled() {
    if (error != null) {
      return OpenAiBody.error(error.status(), error.kind(), error.message());
    }
    JsonWriter json = new JsonWriter().beginObject();
    head(json, id, model, answering, "chat.completion");
    json.name("choices").beginArray();
    if (choices.isEmpty()) {
      choice(0);
    }
    choices.forEach((index, choice) -> choice(json, index, choice));
    json.endArray();
    if (!usage.equals(Usage.UNKNOWN)) {
      OpenAiBody.usage(json, usage);
    }
    return json.endObject().toBytes();
  }

  /// The members that stand in an answer and in every chunk.
  static void head(
      JsonWriter json,
      Optional<String> id,
      Optional<String> model,
      Answering answering,
      String object) {
    json.name("id").value(id.orElse("chatcmpl-" + answering.exchange()));
    json.name("object").value(object).name("created").value(answering.seconds());
    json.name("model").value(model.orElse(answering.model()));
  }

  private void choice(JsonWriter json, int index, Choice choice) {
    json.beginObject().name("index").value(index);
    json.name("message").beginObject().name("role").value("assistant").name("content");
    if (choice.answered) {
      json.value(choice.text.toString());
    } else {
      json.nullValue();
    }
    json.name("refusal");
    if (choice.refusal.isEmpty()) {
      json.nullValue();
    } else {
      json.value(choice.refusal.toString());
    }
    if (!choice.reasoning.isEmpty()) {
      json.name("reasoning_content").value(choice.reasoning.toString());
    }
    if (choice.detailed) {
      byte[] details = choice.details.endArray().toBytes();
      json.name("reasoning_details").raw(details, 0, details.length);
    }
    if (!choice.calls.isEmpty()) {
      json.name("tool_calls").beginArray();
      choice.calls.values().forEach(call -> call(json, call));
      json.endArray();
    }
    json.endObject().name("logprobs").nullValue();
    end(json, choice.finished, !choice.calls.isEmpty());
    json.endObject();
  }

  private void call(JsonWriter json, Call call) {
    json.beginObject().name("id").value(callId(call.began, answering));
    json.name("type").value("function").name("function").beginObject();
    json.name("name").value(call.began.name());
    json.name("arguments").value(call.arguments.toString()).endObject();
    call.began.signature().ifPresent(signature -> ThoughtDetails.signature(json, signature));
    json.endObject();
  }

  /// The provider's id of a call, else one that is the same each time.
  static String callId(AnswerEvent.CallBegan call, Answering answering) {
    String exchange = answering.exchange();
    String own = exchange.substring(exchange.indexOf('_') + 1);
    return call.id().orElse("call_" + own + "_" + call.choice() + "_" + call.ordinal());
  }

  /// Why a choice is complete; what has no word here stands in the provider's own beside it. An
  /// answer that ended without a reason ended by itself.
  static void end(JsonWriter json, AnswerEvent.@Nullable Finished finished, boolean calls) {
    json.name("finish_reason");
    if (finished == null) {
      json.value(calls ? "tool_calls" : "stop");
      return;
    }
    switch (finished.reason()) {
      case STOP -> json.value("stop");
      case TOOL_CALLS -> json.value("tool_calls");
      case LENGTH -> json.value("length");
      case CONTENT_FILTER -> json.value("content_filter");
      case PAUSE, ERROR, OTHER ->
          json.value("stop").name("native_finish_reason").value(finished.word());
    }
    finished.stopSequence().ifPresent(stop -> json.name("stop_reason").value(stop));
  }
}
