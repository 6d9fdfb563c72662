package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.checking.Scope;
import dev.gatewayctl.policy.definition.Policy.Limit;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.field.Fields;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.SyntaxNode.Entry;
import dev.gatewayctl.policy.syntax.SyntaxNode.Scalar;
import dev.gatewayctl.policy.syntax.SyntaxNode.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Binds `limits`, also those that stand under an org, a team, a group or an app.
final class LimitBinder {
  private static final long MOST_REQUESTS = 1_000_000_000_000L;
  private static final int MOST_BY = 8;

  /// A sliding window has no calendar: its month is thirty days.
  private static final Map<String, Duration> WINDOWS =
      Map.of(
          "minute", Duration.ofMinutes(1),
          "hour", Duration.ofHours(1),
          "day", Duration.ofDays(1),
          "week", Duration.ofDays(7),
          "month", Duration.ofDays(30));

  private final Binding binding;
  private final List<Limit> limits = new ArrayList<>();

  LimitBinder(Binding binding) {
    this.binding = binding;
  }

  /// The limits of the section and those gathered under principals, sorted by path.
  List<Limit> bind() {
    for (Entry entry : binding.text().named("limits")) {
      Fields fields = binding.fields(entry, "limits");
      if (fields != null) {
        limit(fields, "limits." + entry.name(), entry.key().span(), Optional.empty());
      }
    }
    return limits.stream().sorted(java.util.Comparator.comparing(Limit::path)).toList();
  }

  /// The member `limits` of a party.
  void under(Fields party, Limit.Party section, String name) {
    SyntaxNode node = party.take("limits");
    if (node == null) {
      return;
    }
    String path = party.path("limits");
    if (!(node instanceof Sequence list)) {
      Fields.wrongShape(node, "a list", path, binding.out());
      return;
    }
    int index = 0;
    for (SyntaxNode item : list.items()) {
      String itemPath = path + "." + index++;
      Fields fields = Fields.of(item, itemPath, binding.out());
      if (fields != null) {
        limit(fields, itemPath, item.span(), Optional.of(new Limit.Owner(section, name)));
      }
    }
  }

  private void limit(Fields fields, String path, Span at, Optional<Limit.Owner> owner) {
    fields.later("tokens", "usd", "concurrent");
    boolean later =
        fields.entries().stream()
            .anyMatch(e -> List.of("tokens", "usd", "concurrent").contains(e.name()));
    if (!later) {
      fields.require("requests", at, "requests: 60");
    }
    if (fields.entries().stream().noneMatch(entry -> entry.name().equals("concurrent"))) {
      fields.require("per", at, "per: minute");
    }
    OptionalLong requests = fields.count("requests", 1, MOST_REQUESTS);
    Duration per = window(fields);
    List<Expression> by = by(fields);
    Optional<Expression> when = binding.condition(fields, "when", Scope.POLICY);
    by.forEach(this::known);
    when.ifPresent(this::known);
    fields.close();
    if (requests.isPresent() && per != null) {
      limits.add(new Limit(path, at, requests.getAsLong(), per, by, when, owner));
    }
  }

  private @Nullable Duration window(Fields fields) {
    Scalar scalar = fields.scalar("per");
    if (scalar == null) {
      return null;
    }
    Duration named = WINDOWS.get(scalar.value());
    return named != null ? named : fields.scalars().duration(scalar);
  }

  private List<Expression> by(Fields fields) {
    SyntaxNode node = fields.take("by");
    List<SyntaxNode> nodes =
        node instanceof Sequence list ? list.items() : node == null ? List.of() : List.of(node);
    if (nodes.size() > MOST_BY) {
      binding
          .out()
          .report(
              DiagnosticCode.OUT_OF_RANGE,
              nodes.get(MOST_BY).span(),
              "`%s` has more than %d parts".formatted(fields.path("by"), MOST_BY));
    }
    List<Expression> by = new ArrayList<>();
    for (SyntaxNode each : nodes) {
      binding.expression(each, fields.path("by"), null, Scope.POLICY).ifPresent(by::add);
    }
    return by;
  }

  /// A limit is taken before the target is chosen: what it reads exists by then.
  private void known(Expression expression) {
    Placement.factsExist(expression, Set.of(Phase.REQUEST), "a limit is taken", binding.out());
  }
}
