package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.ProviderError;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes the events of an answer as one whole answer. An answer that failed is an error.
final class EventsToGemini {
  private final Answering answering;
  private final Map<Integer, Candidate> candidates = new TreeMap<>();
  private Optional<String> id = Optional.empty();
  private Optional<String> model = Optional.empty();
  private Usage usage = Usage.UNKNOWN;
  private @Nullable ProviderError error;

  private EventsToGemini(Answering answering) {
    this.answering = answering;
  }

  static byte[] write(List<AnswerEvent> events, Answering answering) {
    EventsToGemini writer = new EventsToGemini(answering);
    events.forEach(writer::take);
    return writer.spelled();
  }

  /// A part of a candidate.
  private sealed interface Said {
    /// Text of one kind without a break.
    record Text(boolean thought, StringBuilder text) implements Said {}

    /// The end of the thought before it.
    record Signed(String signature) implements Said {}

    /// A call.
    record Called(AnswerParts.Call call) implements Said {}
  }

  private static final class Candidate {
    private final List<Said> said = new ArrayList<>();
    private final Map<Integer, AnswerParts.Call> calls = new TreeMap<>();
    private AnswerEvent.@Nullable Finished finished;

    private void text(boolean thought, String text) {
      if (!said.isEmpty()
          && said.getLast() instanceof Said.Text(boolean same, StringBuilder before)
          && same == thought) {
        before.append(text);
      } else {
        said.add(new Said.Text(thought, new StringBuilder(text)));
      }
    }
  }

  private Candidate candidate(int index) {
    return candidates.computeIfAbsent(index, _ -> new Candidate());
  }

  private void take(AnswerEvent event) {
    switch (event) {
      case AnswerEvent.Began began -> {
        id = began.id();
        model = began.model();
      }
      case AnswerEvent.Text(int index, String text) -> candidate(index).text(false, text);
      case AnswerEvent.Refusal(int index, String text) -> candidate(index).text(false, text);
      case AnswerEvent.Reasoning(int index, String text) -> candidate(index).text(true, text);
      case AnswerEvent.ReasoningSigned(int index, String signature) ->
          candidate(index).said.add(new Said.Signed(signature));
      // There is no part that could carry it.
      case AnswerEvent.HiddenReasoning _ -> {}
      case AnswerEvent.CallBegan began -> {
        AnswerParts.Call call = new AnswerParts.Call(began, new StringBuilder());
        candidate(began.choice()).calls.put(began.ordinal(), call);
        candidate(began.choice()).said.add(new Said.Called(call));
      }
      case AnswerEvent.CallArguments(int index, int ordinal, String fragment) -> {
        AnswerParts.Call call = candidate(index).calls.get(ordinal);
        if (call != null) {
          call.arguments().append(fragment);
        }
      }
      case AnswerEvent.Finished finished -> candidate(finished.choice()).finished = finished;
      case AnswerEvent.Counted counted -> usage = counted.usage();
      case AnswerEvent.Failed failed -> error = failed.error();
      case AnswerEvent.Ended _ -> {}
    }
  }

  private byte[] spelled() {
    if (error != null) {
      return GeminiBody.error(error.status(), error.kind(), error.message(), OptionalLong.empty());
    }
    JsonWriter json = new JsonWriter().beginObject().name("candidates").beginArray();
    candidate(candidates.isEmpty() ? 0 : candidates.keySet().iterator().next());
    candidates.forEach((index, candidate) -> candidate(json, index, candidate));
    json.endArray();
    AnswerParts.usage(json, usage);
    AnswerParts.head(json, id, model, answering);
    return json.endObject().toBytes();
  }

  private void candidate(JsonWriter json, int index, Candidate candidate) {
    json.beginObject().name("content").beginObject().name("parts").beginArray();
    for (Said said : candidate.said) {
      switch (said) {
        case Said.Text(boolean thought, StringBuilder text) ->
            AnswerParts.text(json, text.toString(), thought);
        case Said.Signed(String signature) -> AnswerParts.signature(json, signature);
        case Said.Called(AnswerParts.Call call) -> call.write(answering, json);
      }
    }
    if (candidate.said.isEmpty()) {
      AnswerParts.text(json, "", false);
    }
    json.endArray().name("role").value("model").endObject();
    AnswerParts.end(json, candidate.finished);
    json.name("index").value(index).endObject();
  }
}
