package dev.gatewayctl.runtime.translation;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.CallerProtocol;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.Optional;

/// One pair of protocols: a caller's and a provider's. Stateless and shared.
public final class Translation {
  private final Surface surface;
  private final CallerProtocol caller;
  private final ProviderProtocol provider;

  private Translation(Surface surface, CallerProtocol caller, ProviderProtocol provider) {
    this.surface = surface;
    this.caller = caller;
    this.provider = provider;
  }

  /// The pair of a surface and a provider's protocol word; empty when nobody translates it.
  public static Optional<Translation> between(Surface surface, String protocol) {
    Optional<CallerProtocol> caller = Protocols.caller(surface);
    Optional<ProviderProtocol> provider = Protocols.provider(protocol);
    return caller.isPresent() && provider.isPresent()
        ? Optional.of(new Translation(surface, caller.get(), provider.get()))
        : Optional.empty();
  }

  /// A request in the provider's words.
  ///
  /// @param body in the caller's words, already read once as a request of the surface
  /// @param model as the target calls it
  /// @param losses takes what cannot be carried
  /// @throws Unfit when a part of it cannot be understood
  public byte[] request(
      byte[] body, RequestPath path, String model, ProviderProtocol.Asking asking, Losses losses)
      throws Unfit {
    if (!(JsonDocument.read(body) instanceof JsonDocument.Reading.Read(JsonDocument document))) {
      throw new IllegalArgumentException("a body that was read before is no JSON now");
    }
    Conversation conversation =
        caller.read(
            document.root(),
            path.model().isPresent() ? new RequestPath(Optional.of(model), path.stream()) : path,
            losses);
    return provider.write(named(conversation, model), asking, losses);
  }

  private static Conversation named(Conversation asked, String model) {
    return new Conversation(
        model,
        asked.stream(),
        asked.system(),
        asked.turns(),
        asked.tools(),
        asked.toolChoice(),
        asked.sampling(),
        asked.format(),
        asked.thinking(),
        asked.user(),
        asked.metadata());
  }

  /// Begins to translate an answer; whole and stream alike.
  public TranslatedAnswer answer(CallerProtocol.Answering answering) {
    return new TranslatedAnswer(surface, caller, provider, answering);
  }

  /// What an error of the provider says.
  AnswerEvent.ProviderError error(int status, byte[] body) {
    return provider.error(status, body);
  }
}
