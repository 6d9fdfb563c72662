package dev.gatewayctl.runtime.ollama;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.ProviderError;
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

/// Ollama's chat protocol in both roles. Calls have no ids in it: read, they get some by their
/// place in the conversation; written, a result names its tool instead.
public final class OllamaTranslation implements CallerProtocol, ProviderProtocol {
  /// The only one.
  public static final OllamaTranslation INSTANCE = new OllamaTranslation();

  private OllamaTranslation() {}

  @Override
  public Conversation read(JsonValue root, RequestPath path, Losses losses) throws Unfit {
    return OllamaToConversation.read(root, losses);
  }

  @Override
  public byte[] whole(List<AnswerEvent> events, Answering answering) {
    return EventsToOllama.whole(events, answering);
  }

  @Override
  public Writer stream(Answering answering) {
    return EventsToOllama.lines(answering);
  }

  @Override
  public byte[] write(Conversation conversation, Asking asking, Losses losses) {
    return ConversationToOllama.write(conversation, losses);
  }

  @Override
  public List<AnswerEvent> whole(byte[] body) throws Unreadable {
    List<AnswerEvent> events = new ArrayList<>();
    JsonValue root = root(body, 0, body.length);
    if (root.present("message") == null && root.present("error") == null) {
      throw new Unreadable("the answer has no message");
    }
    OllamaToEvents reader = new OllamaToEvents(events::add);
    if (reader.read(root)) {
      throw new Unreadable("the answer is not done");
    }
    return events;
  }

  @Override
  public Reader stream() {
    return new Lines();
  }

  @Override
  public ProviderError error(int status, byte[] body) {
    return OllamaToEvents.error(status, body);
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

  /// Takes a stream apart into its lines. What stands after its end is not read.
  private static final class Lines implements Reader {
    private final JsonLines lines = new JsonLines();
    private final List<AnswerEvent> pending = new ArrayList<>();
    private final OllamaToEvents reader = new OllamaToEvents(pending::add);
    private boolean over;

    @Override
    public void feed(byte[] bytes, int from, int to, Consumer<AnswerEvent> told) throws Unreadable {
      if (over) {
        return;
      }
      lines.feed(bytes, from, to);
      for (Frame line = lines.next(); line != null; line = lines.next()) {
        take(line, told);
      }
      String failure = lines.failure();
      if (failure != null && !over) {
        throw new Unreadable(failure);
      }
    }

    @Override
    public void finish(Consumer<AnswerEvent> told) throws Unreadable {
      Frame rest = over ? null : lines.rest();
      if (rest != null) {
        take(rest, told);
      }
    }

    private void take(Frame line, Consumer<AnswerEvent> told) throws Unreadable {
      if (over || !line.hasData()) {
        return;
      }
      over = !reader.read(root(line.data(), line.dataFrom(), line.dataTo()));
      pending.forEach(told);
      pending.clear();
    }
  }
}
