package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.ProviderError;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Writer;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes the events of an answer as a stream of the converse protocol: blocks with indexes from 0
/// without gaps, one after the other, because some of its clients know only one open block. Texts
/// and thoughts begin with their first delta, calls with a `contentBlockStart`.
///
/// Where another protocol runs several calls side by side, a call that begins while the arguments
/// of another are not whole waits until they are; those of the open one go out at once.
final class EventsToConverseStream implements Writer {
  /// The most characters of arguments that wait.
  private static final int MAX_WAITING = 4 * 1024 * 1024;

  private static final int NO_CALL = -1;

  private final Answering answering;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<Integer, Waiting> waiting = new LinkedHashMap<>();
  private AnswerEvent.@Nullable Finished finished;
  private Usage usage = Usage.UNKNOWN;
  private Depth arguments = new Depth();
  private Kind open = Kind.NONE;
  private boolean started;
  private boolean called;
  private boolean over;
  private int index = -1;
  private int call = NO_CALL;
  private int waitingCharacters;

  EventsToConverseStream(Answering answering) {
    this.answering = answering;
  }

  private enum Kind {
    NONE,
    TEXT,
    THOUGHT,
    CALL
  }

  /// Follows the arguments of the open call and tells when they are a whole object.
  private static final class Depth {
    private int depth;
    private boolean quoted;
    private boolean escaped;
    private boolean whole;

    void take(String fragment) {
      for (int i = 0; i < fragment.length(); i++) {
        char c = fragment.charAt(i);
        if (quoted) {
          quoted = escaped || c != '"';
          escaped = !escaped && c == '\\';
        } else if (c == '"') {
          quoted = true;
        } else if (c == '{' || c == '[') {
          depth++;
        } else if (c == '}' || c == ']') {
          depth--;
          whole = depth <= 0;
        }
      }
    }
  }

  /// A call that has begun elsewhere and not here.
  private record Waiting(AnswerEvent.CallBegan began, StringBuilder arguments) {}

  @Override
  public byte[] write(AnswerEvent event) {
    if (!over) {
      take(event);
    }
    byte[] written = out.toByteArray();
    out.reset();
    return written;
  }

  private void take(AnswerEvent event) {
    switch (event) {
      case AnswerEvent.Began _ -> start();
      case AnswerEvent.Text(int choice, String text) -> text(choice, text);
      case AnswerEvent.Refusal(int choice, String text) -> text(choice, text);
      case AnswerEvent.Reasoning(int choice, String text) -> {
        if (choice == 0 && !text.isEmpty()) {
          begin(Kind.THOUGHT);
          thought("text", text);
        }
      }
      case AnswerEvent.ReasoningSigned(int choice, String signature) -> {
        if (choice == 0) {
          begin(Kind.THOUGHT);
          thought("signature", signature);
          close();
        }
      }
      case AnswerEvent.HiddenReasoning(int choice, String data) -> {
        if (choice == 0) {
          close();
          begin(Kind.THOUGHT);
          thought("redactedContent", data);
          close();
        }
      }
      case AnswerEvent.CallBegan said -> {
        if (said.choice() == 0) {
          callBegan(said);
        }
      }
      case AnswerEvent.CallArguments said -> {
        if (said.choice() == 0 && !said.fragment().isEmpty()) {
          callArguments(said);
        }
      }
      case AnswerEvent.Finished said -> {
        if (said.choice() == 0) {
          closeAll();
          finished = said;
        }
      }
      case AnswerEvent.Counted counted -> usage = counted.usage();
      case AnswerEvent.Failed failed -> fail(failed.error());
      case AnswerEvent.Ended _ -> end();
    }
  }

  private void event(String type, Consumer<JsonWriter> members) {
    JsonWriter json = new JsonWriter().beginObject();
    members.accept(json);
    out.writeBytes(EventStreamFrame.event(type, json.endObject()));
  }

  private void start() {
    if (!started) {
      started = true;
      event("messageStart", json -> json.name("role").value("assistant"));
    }
  }

  private void delta(Consumer<JsonWriter> members) {
    event(
        "contentBlockDelta",
        json -> {
          json.name("contentBlockIndex").value(index).name("delta").beginObject();
          members.accept(json);
          json.endObject();
        });
  }

  private void text(int choice, String text) {
    if (choice == 0 && !text.isEmpty()) {
      begin(Kind.TEXT);
      delta(json -> json.name("text").value(text));
    }
  }

  private void thought(String member, String text) {
    delta(json -> json.name("reasoningContent").beginObject().name(member).value(text).endObject());
  }

  /// Goes on with the open block if it is of that kind; else begins one.
  private void begin(Kind kind) {
    start();
    if (open != kind || kind == Kind.CALL) {
      closeAll();
      index++;
      open = kind;
    }
  }

  private void close() {
    if (open != Kind.NONE) {
      open = Kind.NONE;
      call = NO_CALL;
      event("contentBlockStop", json -> json.name("contentBlockIndex").value(index));
    }
  }

  /// Closes the open block and writes the calls that wait, each whole.
  private void closeAll() {
    start();
    close();
    for (Waiting later : waiting.values()) {
      openCall(later.began);
      argue(later.arguments.toString());
      close();
    }
    waiting.clear();
    waitingCharacters = 0;
  }

  private void callBegan(AnswerEvent.CallBegan said) {
    called = true;
    if (open == Kind.CALL && !arguments.whole) {
      waiting.put(said.ordinal(), new Waiting(said, new StringBuilder()));
    } else {
      close();
      openCall(said);
    }
  }

  private void openCall(AnswerEvent.CallBegan said) {
    start();
    index++;
    open = Kind.CALL;
    call = said.ordinal();
    arguments = new Depth();
    event(
        "contentBlockStart",
        json -> {
          json.name("contentBlockIndex").value(index).name("start").beginObject();
          json.name("toolUse").beginObject();
          EventsToConverse.call(said, answering, json);
          json.endObject().endObject();
        });
  }

  private void callArguments(AnswerEvent.CallArguments said) {
    if (said.ordinal() == call) {
      argue(said.fragment());
      while (arguments.whole && !waiting.isEmpty()) {
        Waiting next = waiting.remove(waiting.keySet().iterator().next());
        if (next != null) {
          close();
          openCall(next.began);
          waitingCharacters -= next.arguments.length();
          argue(next.arguments.toString());
        }
      }
      return;
    }
    Waiting later = waiting.get(said.ordinal());
    if (later != null) {
      waitingCharacters += said.fragment().length();
      later.arguments.append(said.fragment());
      if (waitingCharacters > MAX_WAITING) {
        fail(
            new ProviderError(
                502, "api_error", "the provider runs calls that are too large side by side"));
      }
    }
  }

  private void argue(String fragment) {
    if (!fragment.isEmpty()) {
      arguments.take(fragment);
      delta(json -> json.name("toolUse").beginObject().name("input").value(fragment).endObject());
    }
  }

  private void fail(ProviderError error) {
    over = true;
    JsonWriter json = new JsonWriter().beginObject().name("message").value(error.message());
    out.writeBytes(EventStreamFrame.exception(exception(error.status()), json.endObject()));
  }

  /// The names that a stream of this protocol has for exceptions.
  private static String exception(int status) {
    return switch (status) {
      case 429 -> "throttlingException";
      case 500 -> "internalServerException";
      case 503, 529 -> "serviceUnavailableException";
      default -> status < 500 ? "validationException" : "modelStreamErrorException";
    };
  }

  private void end() {
    AnswerEvent.Finished why = finished;
    if (why != null && why.reason() == StopReason.ERROR) {
      fail(EventsToConverse.ended(why));
      return;
    }
    closeAll();
    over = true;
    event(
        "messageStop", json -> json.name("stopReason").value(EventsToConverse.reason(why, called)));
    out.writeBytes(ConverseEvents.metadata(usage));
  }
}
