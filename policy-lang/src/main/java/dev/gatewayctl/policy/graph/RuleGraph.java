package dev.gatewayctl.policy.graph;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.catalog.Surface;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/// The executable policy as data: resolved, immutable, printable, hashable. References to secrets
/// stay references. What runs it is linked elsewhere.
///
/// @param surfaces what the policy says of surfaces
/// @param rules for each phase the rules decided there, sorted by id; every phase is a key
/// @param policyDigest `sha256:` and 64 hex digits over the canonical form, see [GraphDigest]
public record RuleGraph(
    ServerNode server,
    SortedMap<String, ProviderNode> providers,
    SortedMap<String, ModelNode> models,
    Optional<PrincipalsNode> principals,
    SortedMap<String, List<String>> lists,
    SortedMap<String, DetectorNode> detectors,
    List<LimitNode> limits,
    DefaultsNode defaults,
    AuditNode audit,
    SortedMap<Surface, SurfaceNode> surfaces,
    Map<Phase, List<RuleNode>> rules,
    String policyDigest) {

  public RuleGraph {
    limits = List.copyOf(limits);
    rules = Map.copyOf(rules);
  }

  /// Whether a surface is served: those whose content is read are, unless they are switched off;
  /// the others are not, unless they are named.
  public boolean serves(Surface surface) {
    SurfaceNode said = surfaces.get(surface);
    return said == null ? surface.isRead() : said.served();
  }

  /// The declared model of that name or alias.
  public Optional<ModelNode> model(String nameOrAlias) {
    ModelNode declared = models.get(nameOrAlias);
    if (declared != null) {
      return Optional.of(declared);
    }
    return models.values().stream()
        .filter(model -> model.aliases().contains(nameOrAlias))
        .findFirst();
  }

  /// What must be there when the gateway starts: every reference to the environment, in the order
  /// of the providers, each once.
  public List<Setting> references() {
    return Stream.concat(
            providers.values().stream().flatMap(provider -> provider.settings().stream()),
            Stream.concat(
                principals.stream()
                    .flatMap(known -> known.apps().values().stream())
                    .flatMap(app -> app.sigv4().stream())
                    .flatMap(keys -> Stream.of(keys.id(), keys.secret())),
                audit.directory().stream()))
        .filter(setting -> !(setting instanceof Setting.Literal))
        .distinct()
        .toList();
  }

  /// The same graph under its digest.
  RuleGraph withDigest(String digest) {
    return new RuleGraph(
        server,
        providers,
        models,
        principals,
        lists,
        detectors,
        limits,
        defaults,
        audit,
        surfaces,
        rules,
        digest);
  }
}
