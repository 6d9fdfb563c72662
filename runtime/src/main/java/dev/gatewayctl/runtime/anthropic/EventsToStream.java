package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.ProviderError;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Writer;
import dev.gatewayctl.runtime.exchange.Usage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes the events of an answer as a stream of messages: blocks with indexes from 0 without gaps,
/// one after the other, as this protocol's clients put them together.
///
/// Other protocols let several calls run side by side. Here a call that begins while the arguments
/// of another are not whole waits until they are; those of the first go out at once.
///
/// The counts of `message_start` are our own estimate; `message_delta`, which is held until the
/// answer has ended, says the provider's, and clients take those.
final class EventsToStream implements Writer {
  /// The most characters of arguments that wait.
  private static final int MAX_WAITING = 4 * 1024 * 1024;

  private final Answering answering;
  private final SseText out = new SseText();
  private final Map<Integer, Waiting> waiting = new LinkedHashMap<>();
  private AnswerEvent.Began began = new AnswerEvent.Began(Optional.empty(), Optional.empty());
  private AnswerEvent.@Nullable Finished finished;
  private Usage usage = Usage.UNKNOWN;
  private Arguments arguments = new Arguments();
  private Kind open = Kind.NONE;
  private boolean started;
  private boolean called;
  private boolean over;
  private int index = -1;
  private int call = -1;
  private int waitingCharacters;

  EventsToStream(Answering answering) {
    this.answering = answering;
  }

  private enum Kind {
    NONE,
    TEXT,
    THOUGHT,
    CALL
  }

  /// A call that has begun elsewhere and not here.
  private record Waiting(AnswerEvent.CallBegan began, StringBuilder fragments) {}

  /// Tells when the arguments of a call are a whole object.
  private static final class Arguments {
    private int depth;
    private boolean quoted;
    private boolean escaped;
    private boolean whole;

    private void take(String fragment) {
      for (int i = 0; i < fragment.length(); i++) {
        char c = fragment.charAt(i);
        if (escaped) {
          escaped = false;
        } else if (quoted) {
          escaped = c == '\\';
          quoted = c != '"';
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

  @Override
  public byte[] write(AnswerEvent event) {
    if (!over) {
      take(event);
    }
    return out.take();
  }

  private void take(AnswerEvent event) {
    switch (event) {
      case AnswerEvent.Began said -> {
        began = said;
        start();
      }
      case AnswerEvent.Text(int choice, String text) -> text(choice, text);
      case AnswerEvent.Refusal(int choice, String text) -> text(choice, text);
      case AnswerEvent.Reasoning(int choice, String text) -> {
        if (choice == 0 && !text.isEmpty()) {
          thought();
          out.blockDelta(index, "thinking_delta", "thinking", text);
        }
      }
      case AnswerEvent.ReasoningSigned(int choice, String signature) -> {
        if (choice == 0) {
          thought();
          out.blockDelta(index, "signature_delta", "signature", signature);
          close();
        }
      }
      case AnswerEvent.HiddenReasoning(int choice, String data) -> {
        if (choice == 0) {
          closeAll();
          index++;
          out.blockStart(
              index, json -> json.name("type").value("redacted_thinking").name("data").value(data));
          out.blockStop(index);
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

  private void start() {
    if (started) {
      return;
    }
    started = true;
    out.event(
        "message_start",
        json -> {
          json.name("message").beginObject();
          json.name("id").value(EventsToMessage.id(began, answering));
          json.name("type").value("message").name("role").value("assistant");
          json.name("model").value(began.model().orElse(answering.model()));
          json.name("content").beginArray().endArray();
          json.name("stop_reason").nullValue().name("stop_sequence").nullValue();
          json.name("usage").beginObject();
          json.name("input_tokens").value(answering.inputEstimate());
          json.name("output_tokens").value(0).endObject().endObject();
        });
  }

  private void text(int choice, String text) {
    if (choice != 0 || text.isEmpty()) {
      return;
    }
    if (open != Kind.TEXT) {
      closeAll();
      begin(Kind.TEXT);
      out.blockStart(index, json -> json.name("type").value("text").name("text").value(""));
    }
    out.blockDelta(index, "text_delta", "text", text);
  }

  private void thought() {
    if (open != Kind.THOUGHT) {
      closeAll();
      begin(Kind.THOUGHT);
      out.blockStart(
          index,
          json -> {
            json.name("type").value("thinking").name("thinking").value("");
            json.name("signature").value("");
          });
    }
  }

  private void begin(Kind kind) {
    start();
    open = kind;
    index++;
  }

  private void close() {
    if (open != Kind.NONE) {
      out.blockStop(index);
      open = Kind.NONE;
    }
  }

  private void closeAll() {
    start();
    close();
    while (!waiting.isEmpty()) {
      next();
      close();
    }
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
    begin(Kind.CALL);
    call = said.ordinal();
    arguments = new Arguments();
    out.blockStart(
        index,
        json -> {
          json.name("type").value("tool_use");
          EventsToMessage.call(said, answering, json);
          json.name("input").beginObject().endObject();
        });
  }

  private void callArguments(AnswerEvent.CallArguments said) {
    Waiting later = waiting.get(said.ordinal());
    if (later != null) {
      waitingCharacters += said.fragment().length();
      later.fragments.append(said.fragment());
      if (waitingCharacters > MAX_WAITING) {
        fail(
            new ProviderError(
                502, "api_error", "the provider runs calls that are too large side by side"));
      }
    } else if (open == Kind.CALL && said.ordinal() == call) {
      argue(said.fragment());
      while (arguments.whole && !waiting.isEmpty()) {
        close();
        next();
      }
    }
  }

  private void argue(String fragment) {
    arguments.take(fragment);
    out.blockDelta(index, "input_json_delta", "partial_json", fragment);
  }

  /// The call that waits longest.
  private void next() {
    int ordinal = waiting.keySet().iterator().next();
    Waiting later = waiting.remove(ordinal);
    if (later != null) {
      openCall(later.began);
      waitingCharacters -= later.fragments.length();
      if (!later.fragments.isEmpty()) {
        argue(later.fragments.toString());
      }
    }
  }

  private void fail(ProviderError error) {
    over = true;
    out.event("error", json -> AnthropicBody.failed(error, json));
  }

  private void end() {
    AnswerEvent.Finished why = finished;
    if (why != null && why.reason() == StopReason.ERROR) {
      fail(EventsToMessage.ended(why));
      return;
    }
    closeAll();
    over = true;
    out.event(
        "message_delta",
        json -> {
          json.name("delta").beginObject();
          EventsToMessage.stop(why, called, json);
          json.endObject().name("usage").beginObject();
          EventsToMessage.usage(usage, json);
          json.endObject();
        });
    out.messageStop();
  }
}
