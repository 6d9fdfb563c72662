package dev.gatewayctl.policy.graph;

import java.util.List;
import java.util.Optional;

/// An account at a vendor.
///
/// @param protocol `openai` or `script`; others are known and not executed yet
/// @param baseUrl empty only for `script`
/// @param apiKeys tried in order on 401; empty: no credential is sent
/// @param usage whether usage on streams is asked of the provider or counted here
/// @param script what a `script` provider answers, present exactly for that protocol
public record ProviderNode(
    String name,
    String protocol,
    Optional<Setting> baseUrl,
    List<Setting> apiKeys,
    Optional<String> region,
    boolean trains,
    UsageSource usage,
    Optional<ScriptNode> script) {

  public ProviderNode {
    apiKeys = List.copyOf(apiKeys);
  }

  /// `usage: ask | count`.
  public enum UsageSource {
    ASK,
    COUNT
  }
}
