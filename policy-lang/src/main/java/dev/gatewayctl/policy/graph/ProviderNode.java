package dev.gatewayctl.policy.graph;

import dev.gatewayctl.policy.catalog.Protocol;
import dev.gatewayctl.policy.catalog.ProviderDialect;
import dev.gatewayctl.policy.catalog.Surface;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// An account at a vendor.
///
/// @param protocol the word of a [dev.gatewayctl.policy.catalog.Protocol]
/// @param baseUrl empty only for `script`
/// @param apiKeys tried in order on 401; empty: no credential is sent
/// @param credential what is shown beside a key or instead of one
/// @param dialect the word of a [dev.gatewayctl.policy.catalog.ProviderDialect]; empty: by the host
/// @param openAiDialect how the OpenAI protocol is spoken here: what `dialect` or the host says; it
///   means nothing for other protocols
/// @param usage whether usage on streams is asked of the provider or counted here
/// @param script what a `script` provider answers, present exactly for that protocol
public record ProviderNode(
    String name,
    String protocol,
    Optional<Setting> baseUrl,
    List<Setting> apiKeys,
    Optional<CredentialNode> credential,
    Place place,
    Optional<String> dialect,
    ProviderDialect openAiDialect,
    Optional<String> region,
    boolean trains,
    UsageSource usage,
    Optional<ScriptNode> script) {

  public ProviderNode {
    apiKeys = List.copyOf(apiKeys);
  }

  /// Where at the vendor the account is, as far as its protocol has words for it.
  ///
  /// @param apiVersion of Azure's paths, such as `2024-10-21`
  /// @param project of Google's cloud
  /// @param location of Google's cloud, or Amazon's region
  public record Place(
      Optional<String> apiVersion, Optional<String> project, Optional<String> location) {
    /// Nowhere in particular.
    public static final Place NONE =
        new Place(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /// The protocol spoken.
  public Protocol spoken() {
    return Protocol.of(protocol)
        .orElseThrow(() -> new IllegalStateException("a protocol that was not checked"));
  }

  /// The surfaces that it takes as they are.
  public Set<Surface> surfaces() {
    return spoken() == Protocol.OPENAI ? openAiDialect.surfaces() : spoken().surfaces();
  }

  /// Every reference or text by which it is reached, in order.
  public List<Setting> settings() {
    return Stream.concat(
            baseUrl.stream(),
            Stream.concat(
                apiKeys.stream(),
                credential.stream()
                    .flatMap(shown -> shown.parts().stream().map(CredentialNode.Part::value))))
        .toList();
  }

  /// `usage: ask | count`.
  public enum UsageSource {
    ASK,
    COUNT
  }
}
