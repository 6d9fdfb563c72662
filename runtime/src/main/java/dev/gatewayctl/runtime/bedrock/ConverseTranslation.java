package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.CallerProtocol;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.List;

/// Amazon's converse protocol where only one side speaks it. The model and whether the answer is a
/// stream stand in the path, not in what is written here.
public final class ConverseTranslation implements CallerProtocol, ProviderProtocol {
  /// The only one.
  public static final ConverseTranslation INSTANCE = new ConverseTranslation();

  private ConverseTranslation() {}

  @Override
  public Conversation read(JsonValue root, RequestPath path, Losses losses) throws Unfit {
    return ConverseToConversation.read(root, path, losses);
  }

  @Override
  public byte[] whole(List<AnswerEvent> events, Answering answering) {
    return EventsToConverse.write(events, answering);
  }

  @Override
  public CallerProtocol.Writer stream(Answering answering) {
    return new EventsToConverseStream(answering);
  }

  @Override
  public byte[] write(Conversation conversation, Asking asking, Losses losses) {
    return ConversationToConverse.write(conversation, asking, losses);
  }

  @Override
  public List<AnswerEvent> whole(byte[] body) throws Unreadable {
    return ConverseToEvents.whole(body);
  }

  @Override
  public ProviderProtocol.Reader stream() {
    return new ConverseToEvents();
  }

  @Override
  public AnswerEvent.ProviderError error(int status, byte[] body) {
    return ConverseErrors.read(status, body);
  }
}
