package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.policy.catalog.ProviderDialect;
import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.CallerProtocol;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.SseEvent;
import dev.gatewayctl.runtime.wire.SseReader;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The OpenAI chat protocol in both roles. All of its dialects are read alike; requests are written
/// for OpenAI itself or for providers that take more.
public final class ChatTranslation implements CallerProtocol, ProviderProtocol {
  /// For OpenAI, Azure, and all who refuse members that OpenAI does not define: what has no word
  /// there is a loss.
  public static final ChatTranslation INSTANCE = new ChatTranslation(false);

  /// For providers that took over what others added: `cache_control` at parts, thoughts of earlier
  /// turns as `reasoning_content` and `reasoning_details`, signatures in `extra_content`, `top_k`,
  /// `metadata`, and media by address.
  public static final ChatTranslation EXTENDED = new ChatTranslation(true);

  private final boolean extended;

  private ChatTranslation(boolean extended) {
    this.extended = extended;
  }

  /// The one whose requests a dialect takes. Those are extended who say so, or who need it:
  /// DeepSeek wants its thoughts back. Mistral, Groq and Fireworks refuse what they do not know.
  public static ChatTranslation of(ProviderDialect dialect) {
    return switch (dialect) {
      case OPENAI, MISTRAL, GROQ, TOGETHER, XAI, FIREWORKS, GENERIC -> INSTANCE;
      case DEEPSEEK, OPENROUTER, VLLM -> EXTENDED;
    };
  }

  @Override
  public Conversation read(JsonValue root, RequestPath path, Losses losses) throws Unfit {
    return ChatToConversation.read(root, losses);
  }

  @Override
  public byte[] whole(List<AnswerEvent> events, Answering answering) {
    return EventsToChat.write(events, answering);
  }

  @Override
  public Writer stream(Answering answering) {
    return new EventsToChunks(answering);
  }

  @Override
  public byte[] write(Conversation conversation, Asking asking, Losses losses) {
    return ConversationToChat.write(conversation, asking, extended, losses);
  }

  @Override
  public List<AnswerEvent> whole(byte[] body) throws Unreadable {
    List<AnswerEvent> events = new ArrayList<>();
    ChatToEvents reader = new ChatToEvents("message", events::add);
    JsonValue root = root(body, 0, body.length);
    if (root.present("choices") == null && !ChatToEvents.isError(root)) {
      throw new Unreadable("the answer has no choices");
    }
    if (reader.read(root)) {
      reader.end();
    }
    return events;
  }

  @Override
  public Reader stream() {
    return new Chunks();
  }

  @Override
  public AnswerEvent.ProviderError error(int status, byte[] body) {
    return ChatErrors.read(status, body);
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

  /// Takes a stream apart into its chunks. What stands after its end is not read.
  private static final class Chunks implements Reader {
    private final SseReader events = new SseReader();
    private final List<AnswerEvent> pending = new ArrayList<>();
    private final ChatToEvents reader = new ChatToEvents("delta", pending::add);
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
      if (failure != null) {
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
        reader.end();
      } else {
        data(event);
      }
      pending.forEach(told);
      pending.clear();
    }

    private void data(SseEvent event) throws Unreadable {
      JsonValue root = root(event.data(), event.dataFrom(), event.dataTo());
      if (event.name().equals("error")) {
        over = true;
        pending.add(new AnswerEvent.Failed(ChatErrors.read(0, root)));
      } else {
        over = !reader.read(root);
      }
    }
  }
}
