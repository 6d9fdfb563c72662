package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.ProviderError;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Writer;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes the events of an answer as chunks of the chat protocol, each as soon as it is told. A
/// choice begins with its role; calls are counted from 0 without a gap, because official clients
/// keep them in a list.
final class EventsToChunks implements Writer {
  private static final byte[] NOTHING = {};
  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

  private final Answering answering;
  private final Map<Integer, Choice> choices = new TreeMap<>();
  private Optional<String> id = Optional.empty();
  private Optional<String> model = Optional.empty();
  private Usage usage = Usage.UNKNOWN;
  private boolean over;

  EventsToChunks(Answering answering) {
    this.answering = answering;
  }

  /// What was told of a choice.
  private static final class Choice {
    /// The place in the list of calls by the ordinal of the event.
    private final Map<Integer, Integer> calls = new HashMap<>();

    private boolean finished;
  }

  @Override
  public byte[] write(AnswerEvent event) {
    if (over) {
      return NOTHING;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    take(event, out);
    return out.toByteArray();
  }

  private void take(AnswerEvent event, ByteArrayOutputStream out) {
    switch (event) {
      case AnswerEvent.Began began -> {
        id = began.id();
        model = began.model();
      }
      case AnswerEvent.Text(int index, String text) ->
          delta(index, out, json -> json.name("content").value(text));
      case AnswerEvent.Refusal(int index, String text) ->
          delta(index, out, json -> json.name("refusal").value(text));
      case AnswerEvent.Reasoning(int index, String text) ->
          delta(index, out, json -> json.name("reasoning_content").value(text));
      case AnswerEvent.ReasoningSigned(int index, String signature) ->
          details(
              index,
              out,
              json ->
                  ThoughtDetails.told(
                      json, Optional.empty(), Optional.of(signature), Optional.empty()));
      case AnswerEvent.HiddenReasoning(int index, String data) ->
          details(index, out, json -> ThoughtDetails.hidden(json, data, Optional.empty()));
      case AnswerEvent.CallBegan began -> began(began, out);
      case AnswerEvent.CallArguments arguments -> arguments(arguments, out);
      case AnswerEvent.Finished finished -> {
        if (finished.reason() == StopReason.ERROR) {
          fail(EventsToChat.ended(finished), out);
        } else {
          finish(finished.choice(), finished, out);
        }
      }
      case AnswerEvent.Counted counted -> usage = counted.usage();
      case AnswerEvent.Failed failed -> fail(failed.error(), out);
      case AnswerEvent.Ended _ -> end(out);
    }
  }

  private Choice choice(int index, ByteArrayOutputStream out) {
    Choice known = choices.get(index);
    if (known != null) {
      return known;
    }
    Choice fresh = new Choice();
    choices.put(index, fresh);
    chunk(index, out, json -> json.name("role").value("assistant").name("content").value(""), null);
    return fresh;
  }

  private void delta(int index, ByteArrayOutputStream out, Consumer<JsonWriter> member) {
    choice(index, out);
    chunk(index, out, member, null);
  }

  private void details(int index, ByteArrayOutputStream out, Consumer<JsonWriter> entry) {
    delta(
        index,
        out,
        json -> {
          json.name("reasoning_details").beginArray();
          entry.accept(json);
          json.endArray();
        });
  }

  private void began(AnswerEvent.CallBegan began, ByteArrayOutputStream out) {
    Choice choice = choice(began.choice(), out);
    int place = choice.calls.size();
    choice.calls.put(began.ordinal(), place);
    delta(
        began.choice(),
        out,
        json -> {
          json.name("tool_calls").beginArray().beginObject().name("index").value(place);
          json.name("id").value(EventsToChat.callId(began, answering));
          json.name("type").value("function").name("function").beginObject();
          json.name("name").value(began.name()).name("arguments").value("").endObject();
          began.signature().ifPresent(signature -> ThoughtDetails.signature(json, signature));
          json.endObject().endArray();
        });
  }

  private void arguments(AnswerEvent.CallArguments arguments, ByteArrayOutputStream out) {
    Integer place = choice(arguments.choice(), out).calls.get(arguments.ordinal());
    if (place == null) {
      return;
    }
    delta(
        arguments.choice(),
        out,
        json -> {
          json.name("tool_calls").beginArray().beginObject().name("index").value(place);
          json.name("function").beginObject().name("arguments").value(arguments.fragment());
          json.endObject().endObject().endArray();
        });
  }

  private void finish(
      int index, AnswerEvent.@Nullable Finished finished, ByteArrayOutputStream out) {
    Choice choice = choice(index, out);
    if (!choice.finished) {
      choice.finished = true;
      chunk(index, out, _ -> {}, json -> EventsToChat.end(json, finished, !choice.calls.isEmpty()));
    }
  }

  private void fail(ProviderError error, ByteArrayOutputStream out) {
    over = true;
    out.writeBytes(DATA);
    out.writeBytes(OpenAiBody.error(error.status(), error.kind(), error.message()));
    out.writeBytes(END);
  }

  /// The provider has ended: every choice has an end, then usage where it was asked for.
  private void end(ByteArrayOutputStream out) {
    over = true;
    choice(choices.isEmpty() ? 0 : choices.keySet().iterator().next(), out);
    for (int index : choices.keySet()) {
      finish(index, null, out);
    }
    if (answering.includeUsage() && !usage.equals(Usage.UNKNOWN)) {
      JsonWriter json = head();
      json.endArray();
      OpenAiBody.usage(json, usage);
      send(json, out);
    }
    out.writeBytes(DONE);
  }

  /// A chunk up to its first choice.
  private JsonWriter head() {
    JsonWriter json = new JsonWriter().beginObject();
    EventsToChat.head(json, id, model, answering, "chat.completion.chunk");
    return json.name("choices").beginArray();
  }

  /// A chunk with one choice.
  ///
  /// @param end writes why the choice is complete; null while it is not
  private void chunk(
      int index,
      ByteArrayOutputStream out,
      Consumer<JsonWriter> delta,
      @Nullable Consumer<JsonWriter> end) {
    JsonWriter json = head();
    json.beginObject().name("index").value(index).name("delta").beginObject();
    delta.accept(json);
    json.endObject();
    if (end == null) {
      json.name("finish_reason").nullValue();
    } else {
      end.accept(json);
    }
    json.endObject().endArray();
    if (answering.includeUsage()) {
      json.name("usage").nullValue();
    }
    send(json, out);
  }

  private static void send(JsonWriter json, ByteArrayOutputStream out) {
    out.writeBytes(DATA);
    out.writeBytes(json.endObject().toBytes());
    out.writeBytes(END);
  }
}
