package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.policy.catalog.Protocol;
import dev.gatewayctl.policy.catalog.ProviderDialect;
import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.graph.ModelNode;
import dev.gatewayctl.policy.graph.ProviderNode;
import dev.gatewayctl.runtime.conversation.CallerProtocol;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.surface.Spoken;
import dev.gatewayctl.runtime.translation.Translation;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// How one request gets from the caller's protocol into each target's: as it is, or translated. The
/// request is read for a translation once, however many targets need one.
final class Crossing {
  private static final String MOST_KNOW = "max_tokens";

  private final GovernedExchange exchange;
  private Translation.@Nullable Read read;

  Crossing(GovernedExchange exchange) {
    this.exchange = exchange;
  }

  /// Whether a provider takes what the caller speaks as it is.
  static boolean isNative(Spoken spoken, ProviderNode provider) {
    return provider.surfaces().contains(spoken.surface());
  }

  /// The member that a provider takes for a cap on output where the caller sent none.
  static String maxTokensMember(ProviderNode provider) {
    return switch (provider.spoken()) {
      case OPENAI -> provider.openAiDialect().maxTokensMember();
      case AZURE_OPENAI -> ProviderDialect.OPENAI.maxTokensMember();
      case ANTHROPIC, GEMINI, VERTEX, BEDROCK, OLLAMA, COHERE, MCP, SCRIPT -> MOST_KNOW;
    };
  }

  /// Whether a stream of the chat protocol has to be asked for its usage, and may be.
  static boolean usageOnStreams(ProviderNode provider) {
    return provider.usage() == ProviderNode.UsageSource.ASK
        && (provider.spoken() != Protocol.OPENAI || provider.openAiDialect().usageOnStreams());
  }

  /// Why a target cannot be asked this request, in words for the caller; empty when it can.
  Optional<String> obstacle(Candidate candidate) {
    Spoken spoken = exchange.arrival().spoken();
    if (isNative(spoken, candidate.provider())) {
      return Optional.empty();
    }
    Optional<Translation> translation = Translation.between(spoken, candidate.provider());
    if (translation.isEmpty()) {
      return Optional.of(
          "the model is not served on this surface (" + spoken.surface().word() + ")");
    }
    try {
      Translation.Read asked = read(translation.get());
      if (exchange.state().model().onUnsupported() != ModelNode.Unsupported.REFUSE) {
        return Optional.empty();
      }
      SortedSet<String> losses = write(translation.get(), asked, candidate).losses();
      return losses.isEmpty()
          ? Optional.empty()
          : Optional.of("the model's protocol has no word for " + String.join(", ", losses));
    } catch (Unfit unfit) {
      return Optional.of(unfit.place() + " " + unfit.problem());
    }
  }

  /// What leaves for a target in whose way there is no obstacle.
  Leaving leaving(Candidate candidate) {
    Spoken spoken = exchange.arrival().spoken();
    if (isNative(spoken, candidate.provider())) {
      return new Leaving(
          exchange.bodyFor(candidate), Optional.empty(), Collections.emptySortedSet());
    }
    Translation translation =
        Translation.between(spoken, candidate.provider())
            .orElseThrow(() -> new IllegalStateException("a target that was excluded"));
    try {
      Translation.Written written = write(translation, read(translation), candidate);
      return new Leaving(
          written.body(), Optional.of(translation.answer(answering(candidate))), written.losses());
    } catch (Unfit unfit) {
      throw new IllegalStateException("a request that was read before is unfit now", unfit);
    }
  }

  /// The request with all that the policy changes in it.
  private Translation.Read read(Translation translation) throws Unfit {
    Translation.Read known = read;
    if (known == null) {
      known = translation.read(exchange.changedBody(), exchange.arrival().spoken().path());
      read = known;
    }
    return known;
  }

  private Translation.Written write(
      Translation translation, Translation.Read asked, Candidate candidate) {
    ProviderNode provider = candidate.provider();
    return translation.write(
        asked,
        candidate.target().model(),
        new ProviderProtocol.Asking(
            maxOutput(exchange.state().model()),
            maxTokensMember(provider),
            usageOnStreams(provider)));
  }

  private static OptionalLong maxOutput(ModelNode model) {
    return model.maxOutput().isPresent()
        ? OptionalLong.of(model.maxOutput().getAsInt())
        : OptionalLong.empty();
  }

  private CallerProtocol.Answering answering(Candidate candidate) {
    Arrival arrival = exchange.arrival();
    // Only this protocol tells the input's tokens before the provider has counted them.
    long estimate = arrival.surface() == Surface.MESSAGES ? exchange.inputTokens() : 0;
    return new CallerProtocol.Answering(
        candidate.target().model(),
        arrival.id(),
        arrival.time().getEpochSecond(),
        exchange.state().request().includeUsage(),
        estimate,
        arrival.spoken().path().array());
  }
}
