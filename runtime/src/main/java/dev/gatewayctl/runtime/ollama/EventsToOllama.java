package dev.gatewayctl.runtime.ollama;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Writer;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes an answer, whole or line by line. Calls are told whole: their arguments are an object.
/// The protocol has one choice; others are not told.
final class EventsToOllama implements Writer {
  private static final byte[] NOTHING = {};

  private final Answering answering;
  private final boolean whole;
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder thought = new StringBuilder();
  private final Map<Integer, Call> calls = new TreeMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private Optional<String> model = Optional.empty();
  private Usage usage = Usage.UNKNOWN;
  private AnswerEvent.@Nullable Finished finished;
  private boolean over;

  private EventsToOllama(Answering answering, boolean whole) {
    this.answering = answering;
    this.whole = whole;
  }

  /// A call and its arguments so far.
  private record Call(String name, StringBuilder arguments) {
    @Override
    public String toString() {
      return "Call(" + arguments.length() + " characters)";
    }
  }

  static byte[] whole(List<AnswerEvent> events, Answering answering) {
    EventsToOllama writer = new EventsToOllama(answering, true);
    events.forEach(writer::take);
    if (!writer.over) {
      writer.end();
    }
    return writer.out.toByteArray();
  }

  static Writer lines(Answering answering) {
    return new EventsToOllama(answering, false);
  }

  @Override
  public byte[] write(AnswerEvent event) {
    if (over) {
      return NOTHING;
    }
    take(event);
    byte[] written = out.toByteArray();
    out.reset();
    return written;
  }

  private void take(AnswerEvent event) {
    if (over) {
      return;
    }
    switch (event) {
      case AnswerEvent.Began began -> model = began.model();
      case AnswerEvent.Text(int choice, String said) -> text(choice, said, text);
      case AnswerEvent.Refusal(int choice, String said) -> text(choice, said, text);
      case AnswerEvent.Reasoning(int choice, String said) -> text(choice, said, thought);
      // No member could carry them.
      case AnswerEvent.ReasoningSigned _, AnswerEvent.HiddenReasoning _ -> {}
      case AnswerEvent.CallBegan began -> {
        if (began.choice() == 0) {
          calls.put(began.ordinal(), new Call(began.name(), new StringBuilder()));
        }
      }
      case AnswerEvent.CallArguments(int choice, int ordinal, String fragment) -> {
        Call call = choice == 0 ? calls.get(ordinal) : null;
        if (call != null) {
          call.arguments.append(fragment);
        }
      }
      case AnswerEvent.Finished end -> finished(end);
      case AnswerEvent.Counted counted -> usage = counted.usage();
      case AnswerEvent.Failed failed -> error(failed.error().message());
      case AnswerEvent.Ended _ -> end();
    }
  }

  private void text(int choice, String said, StringBuilder to) {
    if (choice != 0 || said.isEmpty()) {
      return;
    }
    if (!whole) {
      calls();
    }
    to.append(said);
    if (!whole) {
      line();
    }
  }

  private void finished(AnswerEvent.Finished end) {
    if (end.reason() == StopReason.ERROR) {
      error("the provider ended the answer in an error: " + end.word());
    } else if (end.choice() == 0) {
      finished = end;
      if (!whole) {
        calls();
      }
    }
  }

  /// Calls that are complete, in a line of their own.
  private void calls() {
    if (!calls.isEmpty()) {
      line();
    }
  }

  private void line() {
    JsonWriter json = new JsonWriter().beginObject();
    message(json);
    out.writeBytes(json.name("done").value(false).endObject().toLine());
  }

  private void message(JsonWriter json) {
    json.name("model").value(model.orElse(answering.model()));
    json.name("created_at").value(Instant.ofEpochSecond(answering.seconds()).toString());
    json.name("message").beginObject().name("role").value("assistant");
    json.name("content").value(text.toString());
    if (!thought.isEmpty()) {
      json.name("thinking").value(thought.toString());
    }
    if (!calls.isEmpty()) {
      json.name("tool_calls").beginArray();
      for (Call call : calls.values()) {
        json.beginObject().name("function").beginObject().name("name").value(call.name());
        json.name("arguments");
        ObjectJson.arguments(call.arguments().toString(), json);
        json.endObject().endObject();
      }
      json.endArray();
    }
    json.endObject();
    text.setLength(0);
    thought.setLength(0);
    calls.clear();
  }

  private void end() {
    over = true;
    if (!whole) {
      calls();
    }
    JsonWriter json = new JsonWriter().beginObject();
    message(json);
    json.name("done").value(true).name("done_reason").value(reason());
    usage.input().ifPresent(count -> json.name("prompt_eval_count").value(count));
    usage.output().ifPresent(count -> json.name("eval_count").value(count));
    json.endObject();
    out.writeBytes(whole ? json.toBytes() : json.toLine());
  }

  /// An answer that ended without a reason ended by itself. The protocol has no word for calls; for
  /// what it has none either, clients take the provider's.
  private String reason() {
    AnswerEvent.Finished end = finished;
    if (end == null) {
      return "stop";
    }
    return switch (end.reason()) {
      case STOP, TOOL_CALLS -> "stop";
      case LENGTH -> "length";
      case CONTENT_FILTER -> "content_filter";
      case PAUSE, ERROR, OTHER -> end.word();
    };
  }

  private void error(String message) {
    over = true;
    out.reset();
    JsonWriter json = new JsonWriter().beginObject().name("error").value(message).endObject();
    out.writeBytes(whole ? json.toBytes() : json.toLine());
  }
}
