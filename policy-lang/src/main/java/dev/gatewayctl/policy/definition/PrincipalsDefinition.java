package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.field.Located;
import dev.gatewayctl.policy.field.SettingText;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Who may call.
public record PrincipalsDefinition(
    Span span,
    SortedMap<String, Party> orgs,
    SortedMap<String, Party> teams,
    SortedMap<String, Party> groups,
    SortedMap<String, App> apps) {

  public PrincipalsDefinition {
    orgs = Collections.unmodifiableSortedMap(new TreeMap<>(orgs));
    teams = Collections.unmodifiableSortedMap(new TreeMap<>(teams));
    groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
    apps = Collections.unmodifiableSortedMap(new TreeMap<>(apps));
  }

  /// An org, a team or a group; only a team may belong to an org.
  public record Party(
      Located<String> name, Optional<Located<String>> org, Optional<Grant> models) {}

  public record App(
      Located<String> name,
      Optional<Located<String>> team,
      Optional<Located<String>> org,
      List<Located<String>> groups,
      Optional<Grant> models,
      List<Key> keys,
      Optional<Signing> sigv4) {
    public App {
      groups = List.copyOf(groups);
      keys = List.copyOf(keys);
    }
  }

  /// A pair of keys with which an app signs as Amazon's clients do.
  public record Signing(SettingText id, SettingText secret) {}

  /// The declared models that a party may use; `span` is that of the key `models`.
  public record Grant(Span span, List<Located<String>> models) {
    public Grant {
      models = List.copyOf(models);
    }
  }

  /// A caller's key by its hash; both dates are days on which it holds.
  public record Key(
      String name, Located<String> sha256, Optional<LocalDate> from, Optional<LocalDate> until) {}
}
