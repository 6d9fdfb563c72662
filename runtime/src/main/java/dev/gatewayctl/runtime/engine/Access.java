package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.policy.graph.PrincipalsNode;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.runtime.exchange.Principal;
import java.util.Optional;
import java.util.SortedSet;

/// Who may use which model where no rule speaks: the grants and caps of `models:` lists, and
/// `defaults.access`.
final class Access {
  private final Optional<PrincipalsNode> principals;
  private final boolean allowByDefault;

  private Access(Optional<PrincipalsNode> principals, boolean allowByDefault) {
    this.principals = principals;
    this.allowByDefault = allowByDefault;
  }

  static Access of(RuleGraph graph) {
    return new Access(graph.principals(), graph.defaults().accessAllow());
  }

  /// Why the principal may not use the model, if so. The `models:` of an app or org are a cap that
  /// no rule lifts; with access denied by default a grant or a rule must let the caller in.
  Optional<Refusal> refusal(Principal principal, String model, boolean allowedByRule) {
    Optional<Refusal> cap =
        cap("apps", principal.app(), appModels(principal), model)
            .or(() -> cap("orgs", principal.org(), orgModels(principal), model));
    if (cap.isPresent()) {
      return cap;
    }
    if (allowByDefault || allowedByRule || granted(principal, model)) {
      return Optional.empty();
    }
    return Optional.of(
        Refusal.by(
            "defaults.access", 403, "policy_denied", "nothing lets this caller use the model"));
  }

  /// Why the caller may not use the servers of tools, if so. No grant speaks of them: with access
  /// denied by default a rule must let the caller in.
  Optional<Refusal> toTools(boolean allowedByRule) {
    return allowByDefault || allowedByRule
        ? Optional.empty()
        : Optional.of(
            Refusal.by(
                "defaults.access", 403, "policy_denied", "nothing lets this caller use tools"));
  }

  private static Optional<Refusal> cap(
      String section, Optional<String> name, Optional<SortedSet<String>> models, String model) {
    return models
        .filter(allowed -> !allowed.contains(model))
        .map(
            _ ->
                Refusal.by(
                    "principals." + section + "." + name.orElseThrow() + ".models",
                    403,
                    "policy_denied",
                    "the model is not among those of the caller's " + singular(section)));
  }

  private static String singular(String section) {
    return section.substring(0, section.length() - 1);
  }

  private Optional<SortedSet<String>> appModels(Principal principal) {
    return principals.flatMap(
        all ->
            principal
                .app()
                .flatMap(name -> Optional.ofNullable(all.apps().get(name)))
                .flatMap(PrincipalsNode.App::models));
  }

  private Optional<SortedSet<String>> orgModels(Principal principal) {
    return principals.flatMap(
        all ->
            principal
                .org()
                .flatMap(name -> Optional.ofNullable(all.orgs().get(name)))
                .flatMap(PrincipalsNode.Party::models));
  }

  private boolean granted(Principal principal, String model) {
    if (principals.isEmpty()) {
      return false;
    }
    PrincipalsNode all = principals.get();
    Optional<SortedSet<String>> team =
        principal
            .team()
            .flatMap(name -> Optional.ofNullable(all.teams().get(name)))
            .flatMap(PrincipalsNode.Team::models);
    return holds(appModels(principal), model)
        || holds(orgModels(principal), model)
        || holds(team, model)
        || principal.groups().stream()
            .flatMap(name -> Optional.ofNullable(all.groups().get(name)).stream())
            .anyMatch(group -> holds(group.models(), model));
  }

  private static boolean holds(Optional<SortedSet<String>> models, String model) {
    return models.filter(names -> names.contains(model)).isPresent();
  }
}
