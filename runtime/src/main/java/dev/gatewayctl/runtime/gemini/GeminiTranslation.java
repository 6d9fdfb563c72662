package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.CallerProtocol;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Frame;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The Gemini protocol in both roles. The body that is written names no model: whoever sends it
/// puts model and method into the path.
public final class GeminiTranslation implements CallerProtocol, ProviderProtocol {
  /// For the Gemini API.
  public static final GeminiTranslation INSTANCE = new GeminiTranslation(false);

  /// For Vertex, which knows labels and no ids of calls.
  public static final GeminiTranslation VERTEX = new GeminiTranslation(true);

  private final boolean vertex;

  private GeminiTranslation(boolean vertex) {
    this.vertex = vertex;
  }

  @Override
  public Conversation read(JsonValue root, RequestPath path, Losses losses) throws Unfit {
    return GeminiToConversation.read(root, path, losses);
  }

  @Override
  public byte[] whole(List<AnswerEvent> events, Answering answering) {
    return EventsToGemini.write(events, answering);
  }

  @Override
  public Writer stream(Answering answering) {
    return new EventsToChunks(answering);
  }

  @Override
  public byte[] write(Conversation conversation, Asking asking, Losses losses) {
    return ConversationToGemini.write(conversation, vertex, losses);
  }

  @Override
  public List<AnswerEvent> whole(byte[] body) throws Unreadable {
    List<AnswerEvent> events = new ArrayList<>();
    GeminiToEvents reader = new GeminiToEvents(events::add);
    JsonValue root = root(body, 0, body.length);
    if (root.present("candidates") == null
        && root.present("promptFeedback") == null
        && root.present("error") == null) {
      throw new Unreadable("the answer has no candidates");
    }
    reader.read(root);
    reader.end();
    return events;
  }

  @Override
  public Reader stream() {
    return new Chunks();
  }

  @Override
  public AnswerEvent.ProviderError error(int status, byte[] body) {
    return GeminiToEvents.error(status, body);
  }

  private static JsonValue root(byte[] bytes, int from, int to) throws Unreadable {
    return switch (JsonDocument.read(bytes, from, to)) {
      case JsonDocument.Reading.Read(JsonDocument document) when document.root().isObject() ->
          document.root();
      case JsonDocument.Reading.Read _ -> throw new Unreadable("the answer is no object");
      case JsonDocument.Reading.Malformed(String reason, int offset) ->
          throw new Unreadable("the answer is no JSON: " + reason + " at byte " + offset);
    };
  }

  /// Takes a stream apart into its chunks.
  private static final class Chunks implements Reader {
    private final GeminiFraming framing = new GeminiFraming();
    private final List<AnswerEvent> pending = new ArrayList<>();
    private final GeminiToEvents reader = new GeminiToEvents(pending::add);
    private boolean over;

    @Override
    public void feed(byte[] bytes, int from, int to, Consumer<AnswerEvent> told) throws Unreadable {
      if (over) {
        return;
      }
      framing.feed(bytes, from, to);
      for (Frame frame = framing.next(); frame != null && !over; frame = framing.next()) {
        take(frame, told);
      }
      String failure = framing.failure();
      if (failure != null && !over) {
        throw new Unreadable(failure);
      }
    }

    @Override
    public void finish(Consumer<AnswerEvent> told) throws Unreadable {
      @Nullable Frame rest = over ? null : framing.rest();
      boolean whole = framing.form() != GeminiFraming.Form.ARRAY;
      if (rest != null && rest.hasData() && whole) {
        take(rest, told);
      }
      if (!over && reader.finished()) {
        over = true;
        reader.end();
        tell(told);
      }
    }

    private void take(Frame frame, Consumer<AnswerEvent> told) throws Unreadable {
      if (!frame.hasData()) {
        return;
      }
      if (framing.form() == GeminiFraming.Form.ARRAY && frame.dataIs("]")) {
        over = true;
        reader.end();
      } else {
        reader.read(root(frame.data(), frame.dataFrom(), frame.dataTo()));
      }
      tell(told);
    }

    private void tell(Consumer<AnswerEvent> told) {
      pending.forEach(told);
      pending.clear();
    }
  }
}
