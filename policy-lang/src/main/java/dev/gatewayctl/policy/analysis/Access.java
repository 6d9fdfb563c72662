package dev.gatewayctl.policy.analysis;

import dev.gatewayctl.policy.definition.EffectDefinition;
import dev.gatewayctl.policy.definition.Policy;
import dev.gatewayctl.policy.definition.PrincipalsDefinition;
import dev.gatewayctl.policy.definition.PrincipalsDefinition.App;
import dev.gatewayctl.policy.definition.PrincipalsDefinition.Grant;
import dev.gatewayctl.policy.definition.PrincipalsDefinition.Party;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.field.Located;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Whether anybody can call at all, and whether what is granted reaches anybody.
final class Access {
  private final Policy policy;
  private final boolean open;
  private final Diagnostics out;

  private Access(Policy policy, boolean open, Diagnostics out) {
    this.policy = policy;
    this.open = open;
    this.out = out;
  }

  /// @param open whether callers need no grant
  static void check(Policy policy, boolean open, Diagnostics out) {
    Access access = new Access(policy, open, out);
    access.anybody();
    policy.principals().ifPresent(access::membership);
    if (open) {
      policy.principals().ifPresent(access::idleGrants);
    } else if (!access.allowRule()) {
      access.ungranted();
    }
  }

  private void anybody() {
    Optional<PrincipalsDefinition> principals = policy.principals();
    if (principals.isPresent()
        && principals.get().apps().values().stream().noneMatch(Access::isKnown)) {
      nobody(principals.get().span(), "no app has a key, so no caller can be identified")
          .help("give an app its `keys`: `gatewayctl keys new` makes one");
    } else if (!open && !allowRule() && granted().isEmpty()) {
      Span at =
          policy
              .defaults()
              .accessAllow()
              .map(Located::span)
              .or(() -> principals.map(PrincipalsDefinition::span))
              .orElse(policy.server().listen().span());
      nobody(at, "access is denied unless granted, and nothing grants it to anybody")
          .help(
              "give an app `models`, write a rule with `allow: true`, or `defaults.access: allow`");
    }
  }

  /// Whether a caller can be known as the app.
  private static boolean isKnown(App app) {
    return !app.keys().isEmpty() || app.sigv4().isPresent();
  }

  private Diagnostics.Draft nobody(Span at, String why) {
    return out.report(DiagnosticCode.NOBODY_ALLOWED, at, why);
  }

  private boolean allowRule() {
    return policy.rules().values().stream()
        .filter(rule -> !rule.shadow())
        .flatMap(rule -> rule.effects().stream())
        .anyMatch(placed -> placed.effect() instanceof EffectDefinition.Allow);
  }

  /// The models that somebody's grant names.
  private Set<String> granted() {
    Set<String> models = new HashSet<>();
    policy
        .principals()
        .ifPresent(
            principals -> {
              for (App app : principals.apps().values()) {
                if (!isKnown(app)) {
                  continue; // nobody calls as this app
                }
                add(app.models(), models);
                app.team().ifPresent(team -> team(principals, team.value(), models));
                app.org().ifPresent(org -> add(principals.orgs().get(org.value()), models));
                app.groups().forEach(group -> add(principals.groups().get(group.value()), models));
              }
            });
    return models;
  }

  private static void team(PrincipalsDefinition principals, String name, Set<String> models) {
    Party team = principals.teams().get(name);
    add(team, models);
    if (team != null) {
      team.org().ifPresent(org -> add(principals.orgs().get(org.value()), models));
    }
  }

  private static void add(@org.jspecify.annotations.Nullable Party party, Set<String> models) {
    if (party != null) {
      add(party.models(), models);
    }
  }

  private static void add(Optional<Grant> grant, Set<String> models) {
    grant.ifPresent(given -> given.models().forEach(model -> models.add(model.value())));
  }

  private void ungranted() {
    Set<String> granted = granted();
    if (granted.isEmpty()) {
      return;
    }
    policy
        .models()
        .forEach(
            (name, model) -> {
              if (!granted.contains(name)) {
                unused(model.name().span(), "nothing grants the model `%s` to anybody", name);
              }
            });
  }

  private void membership(PrincipalsDefinition principals) {
    Set<String> teams = new HashSet<>();
    Set<String> orgs = new HashSet<>();
    Set<String> groups = new HashSet<>();
    for (App app : principals.apps().values()) {
      app.team().ifPresent(team -> teams.add(team.value()));
      app.org().ifPresent(org -> orgs.add(org.value()));
      app.groups().forEach(group -> groups.add(group.value()));
      if (!isKnown(app)) {
        unused(app.name().span(), "no key identifies the app `%s`", app.name().value());
      }
    }
    principals.teams().values().forEach(t -> t.org().ifPresent(org -> orgs.add(org.value())));
    principals.teams().values().forEach(t -> member(t, teams, "no app is in the team `%s`"));
    principals.orgs().values().forEach(o -> member(o, orgs, "nobody is in the org `%s`"));
    principals.groups().values().forEach(g -> member(g, groups, "no app is in the group `%s`"));
  }

  private void member(Party party, Set<String> used, String message) {
    if (!used.contains(party.name().value())) {
      unused(party.name().span(), message, party.name().value());
    }
  }

  private void unused(Span at, String message, String name) {
    out.report(DiagnosticCode.UNUSED_NAME, at, message.formatted(name));
  }

  /// With open access a grant of a team or group takes nothing from anybody and adds nothing.
  private void idleGrants(PrincipalsDefinition principals) {
    principals.teams().values().forEach(party -> idle("team", party));
    principals.groups().values().forEach(party -> idle("group", party));
  }

  private void idle(String what, Party party) {
    party
        .models()
        .ifPresent(
            grant ->
                out.report(
                        DiagnosticCode.GRANT_WITHOUT_EFFECT,
                        grant.span(),
                        "the models of the %s `%s` change nothing: every model is allowed"
                            .formatted(what, party.name().value()))
                    .help("write `defaults: { access: deny }`, or take the grant out"));
  }
}
