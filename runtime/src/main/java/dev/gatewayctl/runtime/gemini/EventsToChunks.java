package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Writer;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes the events of an answer as a stream, each text as soon as it is told and each call when
/// its arguments are whole.
///
/// As events the protocol has no end mark: an official client takes the end of the connection for
/// the end of the answer. So why candidates ended is told only when the provider has ended, and a
/// stream that was cut has no `finishReason`; usage goes with it.
final class EventsToChunks implements Writer {
  private static final byte[] NOTHING = {};

  private final Answering answering;
  private final Map<Integer, Candidate> candidates = new TreeMap<>();
  private Optional<String> id = Optional.empty();
  private Optional<String> model = Optional.empty();
  private Usage usage = Usage.UNKNOWN;
  private boolean begun;
  private boolean over;

  EventsToChunks(Answering answering) {
    this.answering = answering;
  }

  private static final class Candidate {
    private final Map<Integer, AnswerParts.Call> calls = new TreeMap<>();
    private AnswerEvent.@Nullable Finished finished;
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

  private Candidate candidate(int index) {
    return candidates.computeIfAbsent(index, _ -> new Candidate());
  }

  private void take(AnswerEvent event, ByteArrayOutputStream out) {
    switch (event) {
      case AnswerEvent.Began began -> {
        id = began.id();
        model = began.model();
      }
      case AnswerEvent.Text(int index, String text) -> text(index, text, false, out);
      case AnswerEvent.Refusal(int index, String text) -> text(index, text, false, out);
      case AnswerEvent.Reasoning(int index, String text) -> text(index, text, true, out);
      case AnswerEvent.ReasoningSigned(int index, String signature) ->
          chunk(index, out, json -> AnswerParts.signature(json, signature));
      // There is no part that could carry it.
      case AnswerEvent.HiddenReasoning _ -> {}
      case AnswerEvent.CallBegan began -> {
        AnswerParts.Call call = new AnswerParts.Call(began, new StringBuilder());
        candidate(began.choice()).calls.put(began.ordinal(), call);
      }
      case AnswerEvent.CallArguments(int index, int ordinal, String fragment) -> {
        AnswerParts.Call call = candidate(index).calls.get(ordinal);
        if (call != null) {
          call.arguments().append(fragment);
        }
      }
      case AnswerEvent.Finished finished -> {
        calls(finished.choice(), out);
        candidate(finished.choice()).finished = finished;
      }
      case AnswerEvent.Counted counted -> usage = counted.usage();
      case AnswerEvent.Failed failed -> {
        over = true;
        byte[] error =
            GeminiBody.error(
                failed.error().status(),
                failed.error().kind(),
                failed.error().message(),
                OptionalLong.empty());
        send(error, out);
        close(out);
      }
      case AnswerEvent.Ended _ -> end(out);
    }
  }

  private void text(int index, String text, boolean thought, ByteArrayOutputStream out) {
    if (!text.isEmpty()) {
      calls(index, out);
      chunk(index, out, json -> AnswerParts.text(json, text, thought));
    }
  }

  /// Tells the calls that are whole now.
  private void calls(int index, ByteArrayOutputStream out) {
    Map<Integer, AnswerParts.Call> calls = candidate(index).calls;
    for (AnswerParts.Call call : calls.values()) {
      chunk(index, out, json -> call.write(answering, json));
    }
    calls.clear();
  }

  private void chunk(int index, ByteArrayOutputStream out, Consumer<JsonWriter> part) {
    candidate(index);
    JsonWriter json = new JsonWriter().beginObject().name("candidates").beginArray();
    json.beginObject().name("content").beginObject().name("parts").beginArray();
    part.accept(json);
    json.endArray().name("role").value("model").endObject();
    json.name("index").value(index).endObject().endArray();
    AnswerParts.head(json, id, model, answering);
    send(json.endObject().toBytes(), out);
  }

  private void end(ByteArrayOutputStream out) {
    over = true;
    candidate(candidates.isEmpty() ? 0 : candidates.keySet().iterator().next());
    candidates.keySet().forEach(index -> calls(index, out));
    JsonWriter json = new JsonWriter().beginObject().name("candidates").beginArray();
    candidates.forEach(
        (index, candidate) -> {
          json.beginObject().name("content").beginObject().name("parts").beginArray();
          AnswerParts.text(json, "", false);
          json.endArray().name("role").value("model").endObject();
          AnswerParts.end(json, candidate.finished);
          json.name("index").value(index).endObject();
        });
    json.endArray();
    AnswerParts.usage(json, usage);
    AnswerParts.head(json, id, model, answering);
    send(json.endObject().toBytes(), out);
    close(out);
  }

  private void send(byte[] json, ByteArrayOutputStream out) {
    if (answering.array()) {
      ascii(begun ? "\n,\r\n" : "[", out);
      out.writeBytes(json);
    } else {
      ascii("data: ", out);
      out.writeBytes(GeminiBody.inOneLine(json));
      ascii("\r\n\r\n", out);
    }
    begun = true;
  }

  private void close(ByteArrayOutputStream out) {
    if (answering.array()) {
      ascii("\n]", out);
    }
  }

  private static void ascii(String text, ByteArrayOutputStream out) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }
}
