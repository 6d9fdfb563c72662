package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.CallerProtocol;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.List;

/// The Anthropic messages protocol where only one side speaks it. Requests are written for API
/// version [ClaudeModels#WRITTEN_VERSION]; they hold nothing that the later one refuses but, for
/// models that take them, sampling parameters.
public final class MessagesTranslation implements CallerProtocol, ProviderProtocol {
  /// The only one.
  public static final MessagesTranslation INSTANCE = new MessagesTranslation();

  private MessagesTranslation() {}

  @Override
  public Conversation read(JsonValue root, RequestPath path, Losses losses) throws Unfit {
    return MessagesToConversation.read(root, losses);
  }

  @Override
  public byte[] whole(List<AnswerEvent> events, Answering answering) {
    return EventsToMessage.write(events, answering);
  }

  @Override
  public CallerProtocol.Writer stream(Answering answering) {
    return new EventsToStream(answering);
  }

  @Override
  public byte[] write(Conversation conversation, Asking asking, Losses losses) {
    return ConversationToMessages.write(conversation, asking, losses);
  }

  @Override
  public List<AnswerEvent> whole(byte[] body) throws Unreadable {
    return MessagesToEvents.whole(body);
  }

  @Override
  public ProviderProtocol.Reader stream() {
    return new MessagesToEvents();
  }

  @Override
  public AnswerEvent.ProviderError error(int status, byte[] body) {
    return MessagesToEvents.error(status, body);
  }
}
