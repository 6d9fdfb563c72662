package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.CallerProtocol;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.openai.ChatTranslation;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.SseEvent;
import dev.gatewayctl.runtime.wire.SseReader;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The OpenAI responses protocol in both roles. What the provider keeps under an id (earlier
/// responses, conversations, prompts, files of other tools) cannot be translated and is refused.
public final class ResponsesTranslation implements CallerProtocol, ProviderProtocol {
  /// The only one.
  public static final ResponsesTranslation INSTANCE = new ResponsesTranslation();

  private ResponsesTranslation() {}

  @Override
  public Conversation read(JsonValue root, RequestPath path, Losses losses) throws Unfit {
    return ResponsesToConversation.read(root, losses);
  }

  @Override
  public byte[] whole(List<AnswerEvent> events, Answering answering) {
    return EventsToResponse.whole(events, answering);
  }

  @Override
  public Writer stream(Answering answering) {
    return new EventsToResponse(answering);
  }

  @Override
  public byte[] write(Conversation conversation, Asking asking, Losses losses) {
    return ConversationToResponses.write(conversation, losses);
  }

  @Override
  public List<AnswerEvent> whole(byte[] body) throws Unreadable {
    JsonValue root = root(body, 0, body.length);
    List<AnswerEvent> events = new ArrayList<>();
    new ResponsesToEvents(events::add).whole(root);
    return events;
  }

  @Override
  public Reader stream() {
    return new Events();
  }

  /// All of OpenAI's protocols report errors alike.
  @Override
  public AnswerEvent.ProviderError error(int status, byte[] body) {
    return ChatTranslation.INSTANCE.error(status, body);
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

  /// Takes a stream apart into its events. What stands after its end is not read.
  private static final class Events implements Reader {
    private final SseReader events = new SseReader();
    private final List<AnswerEvent> pending = new ArrayList<>();
    private final ResponsesToEvents reader = new ResponsesToEvents(pending::add);

    @Override
    public void feed(byte[] bytes, int from, int to, Consumer<AnswerEvent> told) throws Unreadable {
      if (reader.over()) {
        return;
      }
      events.feed(bytes, from, to);
      for (SseEvent event = events.next(); event != null; event = events.next()) {
        take(event, told);
      }
      String failure = events.failure();
      if (failure != null) {
        throw new Unreadable(failure);
      }
    }

    @Override
    public void finish(Consumer<AnswerEvent> told) throws Unreadable {
      SseEvent rest = reader.over() ? null : events.rest();
      if (rest != null) {
        take(rest, told);
      }
    }

    private void take(SseEvent event, Consumer<AnswerEvent> told) throws Unreadable {
      if (reader.over() || !event.hasData() || event.dataIs("[DONE]")) {
        return;
      }
      JsonValue root = root(event.data(), event.dataFrom(), event.dataTo());
      reader.event(ResponseEvent.of(root, event.name()));
      pending.forEach(told);
      pending.clear();
    }
  }
}
