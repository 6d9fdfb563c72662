package dev.gatewayctl.runtime.translation;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.anthropic.MessagesTranslation;
import dev.gatewayctl.runtime.conversation.CallerProtocol;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.openai.ChatTranslation;
import java.util.Map;
import java.util.Optional;

/// The table of the protocols that can be translated; a new one is entered here.
final class Protocols {
  private static final Map<Surface, CallerProtocol> CALLERS =
      Map.of(
          Surface.CHAT, ChatTranslation.INSTANCE, Surface.MESSAGES, MessagesTranslation.INSTANCE);

  /// By the policy's word for the protocol of a provider.
  private static final Map<String, ProviderProtocol> PROVIDERS =
      Map.of(
          "openai", ChatTranslation.INSTANCE,
          "azure-openai", ChatTranslation.INSTANCE,
          "script", ChatTranslation.INSTANCE,
          "anthropic", MessagesTranslation.INSTANCE);

  private Protocols() {}

  static Optional<CallerProtocol> caller(Surface surface) {
    return Optional.ofNullable(CALLERS.get(surface));
  }

  static Optional<ProviderProtocol> provider(String protocol) {
    return Optional.ofNullable(PROVIDERS.get(protocol));
  }
}
