package dev.gatewayctl.policy.checking;

import static dev.gatewayctl.policy.diagnostic.DiagnosticCode.UNKNOWN_FINDING;
import static dev.gatewayctl.policy.diagnostic.DiagnosticCode.WRONG_ARGUMENTS;

import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.diagnostic.Spelling;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Expression.FindingQuery;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.expression.Type.Simple;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Types `findings.any(K, where)`, `count`, `score` and `first`.
final class FindingQueries {
  private static final Set<String> NAMES = Set.of("any", "count", "score", "first");

  private final Typing typing;

  FindingQueries(Typing typing) {
    this.typing = typing;
  }

  static boolean isQuery(String name) {
    return NAMES.contains(name);
  }

  /// The fact of findings that the query is asked of, or null when it is something else.
  @Nullable Fact source(Parsed target) {
    String path = FactNames.path(target);
    if (path == null || typing.checking.local(FactNames.root(path)) != null) {
      return null;
    }
    return typing
        .checking
        .vocabulary
        .find(path)
        .filter(fact -> fact.type() == Simple.FINDINGS)
        .orElse(null);
  }

  @Nullable Expression check(Parsed.Invoke call, Parsed target, Fact source) {
    List<Parsed> arguments = call.arguments();
    typing.check(target);
    boolean counted = arguments.size() == 1 || arguments.size() == 2;
    if (!counted) {
      return wrong(
          typing.text.span(call.nameStart(), call.end()),
          "`" + call.name() + "` takes a kind, a class or a detector, and where");
    }
    String name = name(arguments.getFirst());
    SortedSet<String> detectors = name == null ? null : detectors(name, arguments.getFirst());
    Where where = arguments.size() == 2 ? where(arguments.get(1)) : Where.ANYWHERE;
    if (name == null || detectors == null || where == null) {
      return null;
    }
    FindingQuery.Query query = FindingQuery.Query.valueOf(call.name().toUpperCase(Locale.ROOT));
    Type type =
        switch (query) {
          case ANY -> Simple.BOOL;
          case COUNT -> Simple.INT;
          case SCORE -> Simple.DOUBLE;
          case FIRST -> Simple.FINDING;
        };
    return new FindingQuery(
        query, source, name, detectors, where.locations(), where.latest(), type, typing.span(call));
  }

  private @Nullable String name(Parsed argument) {
    if (argument instanceof Parsed.Name bare) {
      return bare.name();
    }
    Span at = typing.span(argument);
    if (argument instanceof Parsed.Text text && text.literal().value() instanceof String quoted) {
      typing
          .out()
          .report(WRONG_ARGUMENTS, at, "what is found is named without quotes")
          .help("write `" + NominalCheck.shown(quoted) + "`")
          .fix(at, quoted);
      return null;
    }
    if (!(argument instanceof Parsed.Bad)) {
      wrong(at, "the name of a kind, a class or a detector stands here");
    }
    return null;
  }

  private @Nullable SortedSet<String> detectors(String name, Parsed argument) {
    Names names = typing.checking.names;
    Optional<SortedSet<String>> detectors = names.detectorsOf(name);
    Span at = typing.span(argument);
    if (detectors.isEmpty()) {
      Set<String> known = new TreeSet<>(names.names(Type.Nominal.KIND));
      known.addAll(names.names(Type.Nominal.CLASS));
      known.addAll(names.names(Type.Nominal.DETECTOR));
      typing
          .out()
          .report(UNKNOWN_FINDING, at, "unknown kind, class or detector `" + name + "`")
          .suggest(Spelling.nearest(name, known));
      return null;
    }
    names.used("detectors", name);
    if (detectors.get().isEmpty()) {
      typing.nominals.noDetector(name, at);
    }
    return Collections.unmodifiableSortedSet(detectors.get());
  }

  private @Nullable Where where(Parsed argument) {
    if (argument instanceof Parsed.Name bare) {
      if (bare.name().equals("latest")) {
        return new Where(Collections.emptySortedSet(), true);
      }
      if (isLocation(bare)) {
        return new Where(new TreeSet<>(Set.of(bare.name())), false);
      }
      if (typing.checking.names.let(bare.name()).isEmpty()) {
        wrong(typing.span(argument), "where is a location, a list of them, or `latest`");
        return null;
      }
    }
    if (argument instanceof Parsed.Elements list
        && list.elements().stream().allMatch(this::isLocation)) {
      SortedSet<String> bare = new TreeSet<>();
      for (Parsed element : list.elements()) {
        bare.add(((Parsed.Name) element).name());
      }
      return new Where(Collections.unmodifiableSortedSet(bare), false);
    }
    Expression typed = typing.check(argument);
    if (typed == null) {
      return null;
    }
    SortedSet<String> locations = new TreeSet<>();
    List<Expression> parts =
        typed instanceof Expression.ListLiteral list ? list.elements() : List.of(typed);
    for (Expression part : parts) {
      if (!(part instanceof Expression.Literal literal)
          || !(literal.value() instanceof String location)) {
        wrong(part.span(), "where is a location, a list of them, or `latest`");
        return null;
      }
      locations.add(location);
    }
    typing.nominals.check(typed, Type.Nominal.LOCATION);
    return new Where(Collections.unmodifiableSortedSet(locations), false);
  }

  /// A location may stand without quotes, as kinds do.
  private boolean isLocation(Parsed argument) {
    return argument instanceof Parsed.Name name
        && typing.nominals.known(Type.Nominal.LOCATION).contains(name.name());
  }

  private @Nullable Expression wrong(Span at, String message) {
    typing
        .out()
        .report(WRONG_ARGUMENTS, at, message)
        .help("for example `findings.any(pii)` or `findings.count(email, 'user')`");
    return null;
  }

  private record Where(SortedSet<String> locations, boolean latest) {
    static final Where ANYWHERE = new Where(Collections.emptySortedSet(), false);
  }
}
