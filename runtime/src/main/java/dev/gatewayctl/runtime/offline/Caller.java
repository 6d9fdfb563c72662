package dev.gatewayctl.runtime.offline;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Spelling;
import dev.gatewayctl.policy.graph.PrincipalsNode;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.runtime.exchange.Principal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Who asks, as a test or an option names it: each part by its name.
///
/// @param stranger asks without any key, whatever else stands here
public record Caller(
    Optional<String> org,
    Optional<String> team,
    Optional<String> app,
    Optional<String> user,
    Optional<String> key,
    SortedSet<String> groups,
    boolean stranger) {

  /// Nobody is named: authentication and access are left out.
  public static final Caller UNNAMED =
      new Caller(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Collections.emptySortedSet(),
          false);

  /// Someone whom the policy does not know.
  public static final Caller STRANGER =
      new Caller(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Collections.emptySortedSet(),
          true);

  /// A name that the policy does not declare.
  ///
  /// @param word the name as written
  public record Unknown(
      DiagnosticCode code, String word, String message, Optional<String> nearest) {}

  /// Whether nobody is named.
  public boolean isUnnamed() {
    return equals(UNNAMED);
  }

  /// The names that the policy does not declare.
  public List<Unknown> unknown(RuleGraph graph) {
    List<Unknown> unknown = new ArrayList<>();
    Optional<PrincipalsNode> all = graph.principals();
    Set<String> none = Set.of();
    team.ifPresent(
        name ->
            look(
                unknown,
                DiagnosticCode.UNKNOWN_TEAM,
                name,
                all.map(a -> a.teams().keySet()).orElse(none)));
    app.ifPresent(
        name ->
            look(
                unknown,
                DiagnosticCode.UNKNOWN_APP,
                name,
                all.map(a -> a.apps().keySet()).orElse(none)));
    org.ifPresent(
        name ->
            look(
                unknown,
                DiagnosticCode.UNKNOWN_ORG,
                name,
                all.map(a -> a.orgs().keySet()).orElse(none)));
    for (String name : groups) {
      look(
          unknown,
          DiagnosticCode.UNKNOWN_GROUP,
          name,
          all.map(a -> a.groups().keySet()).orElse(none));
    }
    return unknown;
  }

  private static void look(
      List<Unknown> unknown, DiagnosticCode code, String name, Set<String> declared) {
    if (!declared.contains(name)) {
      String what = code.id().substring("unknown-".length());
      unknown.add(
          new Unknown(
              code,
              name,
              "unknown %s `%s`: the policy declares %s"
                  .formatted(what, name, declared.isEmpty() ? "none" : "no such " + what),
              Spelling.nearest(name, declared)));
    }
  }

  /// The caller as rules see it; an app brings its own team, org and groups.
  Principal principal(RuleGraph graph) {
    Optional<PrincipalsNode.App> known =
        app.flatMap(
            name -> graph.principals().flatMap(all -> Optional.ofNullable(all.apps().get(name))));
    Optional<String> itsTeam = team.or(() -> known.flatMap(PrincipalsNode.App::team));
    Optional<String> itsOrg =
        org.or(() -> known.flatMap(PrincipalsNode.App::org))
            .or(
                () ->
                    itsTeam
                        .flatMap(
                            name ->
                                graph
                                    .principals()
                                    .flatMap(all -> Optional.ofNullable(all.teams().get(name))))
                        .flatMap(PrincipalsNode.Team::org));
    SortedSet<String> itsGroups =
        groups.isEmpty()
            ? known.map(PrincipalsNode.App::groups).orElse(groups)
            : new TreeSet<>(groups);
    String id =
        user.map(name -> "user:" + name)
            .or(() -> app.map(name -> "app:" + name))
            .orElse("ip:127.0.0.1");
    boolean named = !isUnnamed() && !stranger;
    return new Principal(
        id,
        named ? "key" : "anonymous",
        itsOrg,
        itsTeam,
        app,
        user,
        key,
        Collections.unmodifiableSortedSet(itsGroups));
  }
}
