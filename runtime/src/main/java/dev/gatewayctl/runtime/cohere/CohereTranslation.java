package dev.gatewayctl.runtime.cohere;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.ProviderError;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.SseEvent;
import dev.gatewayctl.runtime.wire.SseReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Cohere's chat protocol: `POST /v2/chat`. Only providers speak it.
public final class CohereTranslation implements ProviderProtocol {
  /// The only one.
  public static final CohereTranslation INSTANCE = new CohereTranslation();

  private CohereTranslation() {}

  @Override
  public byte[] write(Conversation conversation, Asking asking, Losses losses) {
    return ConversationToCohere.write(conversation, losses);
  }

  @Override
  public List<AnswerEvent> whole(byte[] body) throws Unreadable {
    List<AnswerEvent> events = new ArrayList<>();
    new CohereToEvents(events::add).whole(root(body, 0, body.length));
    return events;
  }

  @Override
  public Reader stream() {
    return new Events();
  }

  @Override
  public ProviderError error(int status, byte[] body) {
    return CohereErrors.read(status, body);
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

  /// Takes a stream apart into its events. Its end is `message-end`; the mark `[DONE]`, which the
  /// service sends after it, is not waited for.
  private static final class Events implements Reader {
    private final SseReader events = new SseReader();
    private final List<AnswerEvent> pending = new ArrayList<>();
    private final CohereToEvents reader = new CohereToEvents(pending::add);
    private boolean over;

    @Override
    public void feed(byte[] bytes, int from, int to, Consumer<AnswerEvent> told) throws Unreadable {
      if (over) {
        return;
      }
      events.feed(bytes, from, to);
      for (SseEvent event = events.next(); event != null; event = events.next()) {
        take(event, told);
      }
      String failure = events.failure();
      if (failure != null && !over) {
        throw new Unreadable(failure);
      }
    }

    @Override
    public void finish(Consumer<AnswerEvent> told) throws Unreadable {
      SseEvent rest = over ? null : events.rest();
      if (rest != null) {
        take(rest, told);
      }
    }

    private void take(SseEvent event, Consumer<AnswerEvent> told) throws Unreadable {
      if (over || !event.hasData()) {
        return;
      }
      if (event.dataIs("[DONE]")) {
        over = true;
        return;
      }
      over = !reader.event(root(event.data(), event.dataFrom(), event.dataTo()));
      pending.forEach(told);
      pending.clear();
    }
  }
}
