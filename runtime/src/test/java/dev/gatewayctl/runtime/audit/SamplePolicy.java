package dev.gatewayctl.runtime.audit;

import dev.gatewayctl.policy.catalog.ProviderDialect;
import dev.gatewayctl.policy.graph.AuditNode;
import dev.gatewayctl.policy.graph.DefaultsNode;
import dev.gatewayctl.policy.graph.ProviderNode;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.policy.graph.ServerNode;
import dev.gatewayctl.policy.graph.Setting;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The smallest policies.
final class SamplePolicy {
  private SamplePolicy() {}

  /// A policy with one provider whose keys are written out.
  static RuleGraph withKeys(String... keys) {
    TreeMap<String, ProviderNode> providers = new TreeMap<>();
    providers.put(
        "a",
        new ProviderNode(
            "a",
            "openai",
            Optional.empty(),
            Stream.of(keys).map(key -> (Setting) new Setting.Literal(key)).toList(),
            Optional.empty(),
            ProviderNode.Place.NONE,
            Optional.empty(),
            ProviderDialect.GENERIC,
            Optional.empty(),
            false,
            ProviderNode.UsageSource.ASK,
            Optional.empty()));
    return new RuleGraph(
        new ServerNode(
            "127.0.0.1:0",
            Optional.empty(),
            false,
            1,
            1,
            Duration.ZERO,
            Duration.ZERO,
            ZoneOffset.UTC,
            false),
        providers,
        new TreeMap<>(),
        Optional.empty(),
        new TreeMap<>(),
        new TreeMap<>(),
        List.of(),
        new DefaultsNode(true, DefaultsNode.Opaque.TAG),
        new AuditNode(Optional.empty(), false, true),
        new TreeMap<>(),
        Map.of(),
        "sha256:" + "00".repeat(32));
  }
}
