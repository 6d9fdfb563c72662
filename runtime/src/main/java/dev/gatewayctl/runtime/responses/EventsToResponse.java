package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.ProviderError;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Writer;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.openai.OpenAiBody;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes the events of an answer as a stream of the responses protocol, each as soon as it is
/// told, or all of them as one response object.
///
/// Texts, refusals and thoughts are items one after the other; calls are items that stay open until
/// the answer is complete, because their arguments may come side by side. The protocol knows one
/// choice; others are not told.
final class EventsToResponse implements Writer {
  private final Answering answering;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final NavigableMap<Integer, byte[]> items = new TreeMap<>();
  private final Map<Integer, AnsweredItem> calls = new LinkedHashMap<>();
  private @Nullable AnsweredItem open;
  private Optional<String> id = Optional.empty();
  private Optional<String> model = Optional.empty();
  private Usage usage = Usage.UNKNOWN;
  private AnswerEvent.@Nullable Finished finished;
  private @Nullable ProviderError error;
  private long number;
  private int places;
  private boolean begun;
  private boolean over;

  EventsToResponse(Answering answering) {
    this.answering = answering;
  }

  /// A whole answer; one that failed is an error.
  static byte[] whole(List<AnswerEvent> events, Answering answering) {
    EventsToResponse writer = new EventsToResponse(answering);
    for (AnswerEvent event : events) {
      writer.write(event);
    }
    ProviderError failed = writer.error;
    if (failed != null) {
      return OpenAiBody.error(failed.status(), failed.kind(), failed.message());
    }
    writer.closeAll();
    JsonWriter json = new JsonWriter();
    writer.response(json, writer.status());
    return json.toBytes();
  }

  @Override
  public byte[] write(AnswerEvent event) {
    out.reset();
    if (!over) {
      take(event);
    }
    return out.toByteArray();
  }

  private void take(AnswerEvent event) {
    switch (event) {
      case AnswerEvent.Began began -> {
        id = began.id();
        model = began.model();
        begin();
      }
      case AnswerEvent.Text(int choice, String text) -> say(choice, AnsweredItem.Kind.TEXT, text);
      case AnswerEvent.Refusal(int choice, String text) ->
          say(choice, AnsweredItem.Kind.REFUSAL, text);
      case AnswerEvent.Reasoning(int choice, String text) ->
          say(choice, AnsweredItem.Kind.REASONING, text);
      case AnswerEvent.ReasoningSigned(int choice, String signature) -> {
        if (choice == 0) {
          AnsweredItem thought = opened(AnsweredItem.Kind.REASONING);
          thought.seal(signature);
          closeOpen();
        }
      }
      case AnswerEvent.HiddenReasoning(int choice, String data) -> {
        if (choice == 0) {
          closeOpen();
          AnsweredItem thought = opened(AnsweredItem.Kind.HIDDEN);
          thought.seal(data);
          closeOpen();
        }
      }
      case AnswerEvent.CallBegan call -> {
        if (call.choice() == 0) {
          call(call);
        }
      }
      case AnswerEvent.CallArguments(int choice, int ordinal, String fragment) -> {
        AnsweredItem call = choice == 0 ? calls.get(ordinal) : null;
        if (call != null) {
          delta(call, fragment);
        }
      }
      case AnswerEvent.Finished ended -> {
        if (ended.choice() == 0) {
          finish(ended);
        }
      }
      case AnswerEvent.Counted counted -> usage = counted.usage();
      case AnswerEvent.Failed failed -> fail(failed.error());
      case AnswerEvent.Ended _ -> end();
    }
  }

  private void begin() {
    if (!begun) {
      begun = true;
      emit("response.created", json -> response(json.name("response"), "in_progress"));
      emit("response.in_progress", json -> response(json.name("response"), "in_progress"));
    }
  }

  private void say(int choice, AnsweredItem.Kind kind, String text) {
    if (choice == 0) {
      delta(opened(kind), text);
    }
  }

  /// The open item of that kind; another one that is open ends.
  private AnsweredItem opened(AnsweredItem.Kind kind) {
    AnsweredItem running = open;
    if (running != null && running.kind() == kind) {
      return running;
    }
    closeOpen();
    AnsweredItem fresh = AnsweredItem.of(kind, places++, short_());
    open = fresh;
    add(fresh);
    return fresh;
  }

  private void call(AnswerEvent.CallBegan call) {
    closeOpen();
    String made = "call_" + short_() + "_" + call.ordinal();
    AnsweredItem item = AnsweredItem.call(call, call.id().orElse(made), places++, short_());
    calls.put(call.ordinal(), item);
    add(item);
  }

  private void add(AnsweredItem item) {
    begin();
    emit("response.output_item.added", json -> item.write(atItem(json, item), false));
    String part = item.partName();
    if (!part.isEmpty()) {
      emit("response." + part + ".added", json -> item.part(place(json, item), false));
    }
  }

  private void delta(AnsweredItem item, String text) {
    item.append(text);
    emit(
        "response." + item.stem() + ".delta",
        json -> {
          place(json, item).name("delta").value(text);
          tokens(json, item);
        });
  }

  private static void tokens(JsonWriter json, AnsweredItem item) {
    if (item.kind() == AnsweredItem.Kind.TEXT) {
      json.name("logprobs").beginArray().endArray();
    }
  }

  private static JsonWriter atItem(JsonWriter json, AnsweredItem item) {
    return json.name("output_index").value(item.place()).name("item");
  }

  private static JsonWriter place(JsonWriter json, AnsweredItem item) {
    json.name("item_id").value(item.id()).name("output_index").value(item.place());
    String inner = ResponseEvent.innerMember(item.stem());
    return inner.isEmpty() ? json : json.name(inner).value(0);
  }

  private void closeOpen() {
    AnsweredItem running = open;
    open = null;
    if (running != null) {
      close(running);
    }
  }

  private void close(AnsweredItem item) {
    if (!item.stem().isEmpty()) {
      emit(
          "response." + item.stem() + ".done",
          json -> {
            place(json, item);
            item.whole(json);
            tokens(json, item);
          });
    }
    String part = item.partName();
    if (!part.isEmpty()) {
      emit("response." + part + ".done", json -> item.part(place(json, item), true));
    }
    emit("response.output_item.done", json -> item.write(atItem(json, item), true));
    JsonWriter done = new JsonWriter();
    item.write(done, true);
    items.put(item.place(), done.toBytes());
  }

  private void closeAll() {
    closeOpen();
    List<AnsweredItem> running = new ArrayList<>(calls.values());
    calls.clear();
    running.forEach(this::close);
    if (places == 0) {
      // Official clients expect that a response that is complete says something.
      opened(AnsweredItem.Kind.TEXT);
      closeOpen();
    }
  }

  private void finish(AnswerEvent.Finished ended) {
    if (ended.reason() == StopReason.ERROR) {
      fail(new ProviderError(502, ended.word(), "the provider ended the answer in an error"));
    } else if (finished == null) {
      finished = ended;
      closeAll();
    }
  }

  private void fail(ProviderError reported) {
    begin();
    error = reported;
    over = true;
    emit(
        "error",
        json -> {
          json.name("code").value(reported.kind()).name("message").value(reported.message());
          json.name("param").nullValue();
        });
    emit("response.failed", json -> response(json.name("response"), "failed"));
  }

  private void end() {
    begin();
    closeAll();
    over = true;
    String status = status();
    emit("response." + status, json -> response(json.name("response"), status));
  }

  private String status() {
    return incompleteReason().isEmpty() ? "completed" : "incomplete";
  }

  /// Why the answer is cut short; empty when it is not.
  private String incompleteReason() {
    AnswerEvent.Finished ended = finished;
    if (ended == null) {
      return "";
    }
    return switch (ended.reason()) {
      case LENGTH -> "max_output_tokens";
      case CONTENT_FILTER -> "content_filter";
      case STOP, TOOL_CALLS, PAUSE, ERROR, OTHER -> "";
    };
  }

  private String short_() {
    String exchange = answering.exchange();
    return exchange.substring(exchange.indexOf('_') + 1);
  }

  /// The response object as it stands.
  private void response(JsonWriter json, String status) {
    String made = "resp_" + short_();
    json.beginObject();
    json.name("id").value(id.filter(own -> own.startsWith("resp_")).orElse(made));
    json.name("object").value("response").name("created_at").value(answering.seconds());
    json.name("status").value(status).name("error");
    ProviderError failed = error;
    if (failed == null) {
      json.nullValue();
    } else {
      json.beginObject().name("code");
      json.value(failed.status() == 429 ? "rate_limit_exceeded" : "server_error");
      json.name("message").value(failed.message()).endObject();
    }
    json.name("incomplete_details");
    if (status.equals("incomplete")) {
      json.beginObject().name("reason").value(incompleteReason()).endObject();
    } else {
      json.nullValue();
    }
    json.name("instructions").nullValue().name("metadata").beginObject().endObject();
    json.name("model").value(model.orElse(answering.model()));
    json.name("output").beginArray();
    items.values().forEach(item -> json.raw(item, 0, item.length));
    json.endArray().name("parallel_tool_calls").value(true);
    json.name("temperature").nullValue().name("top_p").nullValue();
    json.name("tool_choice").value("auto").name("tools").beginArray().endArray();
    if (!status.equals("in_progress")) {
      ResponsesUsage.write(json, usage);
    }
    json.endObject();
  }

  private void emit(String type, Consumer<JsonWriter> members) {
    JsonWriter json = new JsonWriter().beginObject().name("type").value(type);
    json.name("sequence_number").value(number++);
    members.accept(json);
    out.writeBytes(("event: " + type + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(json.endObject().toBytes());
    out.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
  }
}
