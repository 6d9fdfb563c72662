package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.field.Located;
import dev.gatewayctl.policy.field.SettingText;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/// A whole policy, typed. What the files leave out stands here with its default.
///
/// @param principals empty: nobody is identified, every caller is anonymous
/// @param classes the policy's own classes with the ids of the detectors in them
/// @param detectors the policy's own detectors, and what it changes of built-in ones
/// @param surfaces what is said of surfaces, by surface
public record Policy(
    Server server,
    SortedMap<String, ProviderDefinition> providers,
    SortedMap<String, ModelDefinition> models,
    Optional<PrincipalsDefinition> principals,
    SortedMap<String, List<String>> lists,
    SortedMap<String, SortedSet<String>> classes,
    SortedMap<String, OwnDetector> detectors,
    List<Limit> limits,
    SortedMap<String, RuleDefinition> rules,
    Defaults defaults,
    Audit audit,
    Map<Surface, Served> surfaces) {

  public Policy {
    providers = copy(providers);
    models = copy(models);
    lists = copy(lists);
    classes = copy(classes);
    detectors = copy(detectors);
    limits = List.copyOf(limits);
    rules = copy(rules);
    surfaces = Map.copyOf(surfaces);
  }

  private static <V> SortedMap<String, V> copy(SortedMap<String, V> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }

  /// The listener and the limits of the edge.
  public record Server(
      Located<String> listen,
      Optional<Located<String>> admin,
      boolean open,
      int maxBodyBytes,
      int maxHeadBytes,
      Duration headDeadline,
      Duration bodyDeadline,
      ZoneId timeZone,
      boolean explainHeaders) {}

  /// A sliding window.
  ///
  /// @param path where it stands, its stable id
  /// @param owner under whom it stands, as a condition over the principal
  public record Limit(
      String path,
      Span span,
      long requests,
      Duration per,
      List<Expression> by,
      Optional<Expression> when,
      Optional<Owner> owner) {
    public Limit {
      by = List.copyOf(by);
    }

    public record Owner(Party party, String name) {}

    /// The section under `principals` whose entry a limit belongs to.
    public enum Party {
      ORGS,
      TEAMS,
      GROUPS,
      APPS
    }
  }

  /// What holds where no rule speaks.
  ///
  /// @param accessAllow empty: as the presence of `principals` says
  /// @param opaque empty: not stated
  public record Defaults(
      Optional<Located<Boolean>> accessAllow, Optional<Located<String>> opaque) {}

  /// What is said of a surface.
  ///
  /// @param provider who serves it where no model says so
  public record Served(Span span, boolean on, Optional<Located<String>> provider) {}

  /// Where evidence goes.
  public record Audit(Optional<SettingText> directory, boolean allFacts, boolean denyOnFailure) {}
}
