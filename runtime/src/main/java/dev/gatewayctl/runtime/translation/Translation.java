package dev.gatewayctl.runtime.translation;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.graph.ProviderNode;
import dev.gatewayctl.runtime.conversation.CallerProtocol;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.surface.Spoken;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

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

  /// The pair of what a caller speaks and what a provider does; empty when nobody translates it.
  public static Optional<Translation> between(Spoken spoken, ProviderNode to) {
    Optional<CallerProtocol> caller = Protocols.caller(spoken.surface(), spoken.operation());
    Optional<ProviderProtocol> provider = Protocols.provider(to);
    return caller.isPresent() && provider.isPresent()
        ? Optional.of(new Translation(spoken.surface(), caller.get(), provider.get()))
        : Optional.empty();
  }

  /// How a caller of that surface is answered; empty when nobody translates for it.
  public static Optional<CallerProtocol> caller(Spoken spoken) {
    return Protocols.caller(spoken.surface(), spoken.operation());
  }

  /// A request as it was read in the caller's words: the same for every provider.
  ///
  /// @param losses what no other protocol has a word for
  public record Read(Conversation conversation, SortedSet<String> losses) {}

  /// A request in a provider's words.
  ///
  /// @param losses all that could not be carried, by name
  @SuppressWarnings("ArrayRecordComponent") // a body is megabytes and has one owner
  public record Written(byte[] body, SortedSet<String> losses) {
    @Override
    public String toString() {
      return "Written(" + body.length + " bytes)";
    }
  }

  /// Reads a request.
  ///
  /// @param body in the caller's words, already read once as a request of the surface
  /// @throws Unfit when a part of it cannot be understood
  public Read read(byte[] body, RequestPath path) throws Unfit {
    if (!(JsonDocument.read(body) instanceof JsonDocument.Reading.Read(JsonDocument document))) {
      throw new IllegalArgumentException("a body that was read before is no JSON now");
    }
    Losses losses = new Losses();
    Conversation conversation = caller.read(document.root(), path, losses);
    return new Read(conversation, losses.names());
  }

  /// Writes it for the provider.
  ///
  /// @param model as the target calls it
  public Written write(Read read, String model, ProviderProtocol.Asking asking) {
    Losses losses = new Losses();
    byte[] body = provider.write(named(read.conversation(), model), asking, losses);
    SortedSet<String> all = new TreeSet<>(read.losses());
    all.addAll(losses.names());
    return new Written(body, all);
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
}
