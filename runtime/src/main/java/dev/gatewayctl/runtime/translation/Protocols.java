package dev.gatewayctl.runtime.translation;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.conversation.CallerProtocol;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import java.util.Map;
import java.util.Optional;

/// The table of the protocols that can be translated; a new one is entered here.
final class Protocols {
  private static final Map<Surface, CallerProtocol> CALLERS = Map.of();

  /// By the policy's word for the protocol of a provider.
  private static final Map<String, ProviderProtocol> PROVIDERS = Map.of();

  private Protocols() {}

  static Optional<CallerProtocol> caller(Surface surface) {
    return Optional.ofNullable(CALLERS.get(surface));
  }

  static Optional<ProviderProtocol> provider(String protocol) {
    return Optional.ofNullable(PROVIDERS.get(protocol));
  }
}
