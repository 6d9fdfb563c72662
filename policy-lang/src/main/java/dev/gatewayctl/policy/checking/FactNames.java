package dev.gatewayctl.policy.checking;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.diagnostic.Spelling;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Resolves names that are no variables: facts and lists; a name that is neither is reported.
final class FactNames {
  /// Groups of facts that are named by the policy and come later.
  private static final Set<String> LATER = Set.of("counter", "budget", "schemas");

  private final Checking checking;
  private final NominalCheck nominals;

  FactNames(Checking checking, NominalCheck nominals) {
    this.checking = checking;
    this.nominals = nominals;
  }

  /// `a.b.c` when the expression is a chain of names, else null.
  static @Nullable String path(Parsed parsed) {
    return switch (parsed) {
      case Parsed.Name name -> name.name();
      case Parsed.Member member -> {
        String operand = path(member.operand());
        yield operand == null ? null : operand + "." + member.field();
      }
      case Parsed other -> null;
    };
  }

  static String root(String path) {
    int dot = path.indexOf('.');
    return dot < 0 ? path : path.substring(0, dot);
  }

  /// Whether a fact is named by the path without its last parts.
  boolean startsWithFact(String path) {
    for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
      if (checking.vocabulary.find(path.substring(0, dot)).isPresent()) {
        return true;
      }
    }
    return false;
  }

  /// Reads a fact, if its place allows that.
  Expression read(Fact fact, Span span) {
    boolean assertsOnly = fact.phases().isEmpty();
    if (!fact.executes() && !(assertsOnly && checking.scope == Scope.ASSERT)) {
      checking
          .out
          .report(
              DiagnosticCode.NOT_YET_EXECUTED,
              span,
              "the fact `" + fact.name() + "` is known but not computed yet")
          .help("a later version computes it; this one refuses it rather than guess");
    }
    boolean content = !fact.contentFree() && checking.contentInside == 0;
    if (checking.scope == Scope.TEXT && content) {
      checking
          .out
          .report(
              DiagnosticCode.CONTENT_IN_TEXT,
              span,
              "`" + fact.name() + "` holds content and may not stand in a text")
          .help("texts go to callers and records: name kinds, counts and names only");
    }
    return new Expression.FactRead(fact, span);
  }

  /// `lists.NAME`.
  @Nullable Expression list(String path, Span span) {
    String name = path.substring("lists.".length());
    Optional<List<String>> elements = checking.names.list(name);
    if (elements.isEmpty()) {
      Optional<String> nearest = Spelling.nearest(name, checking.names.lists());
      checking
          .out
          .report(DiagnosticCode.UNKNOWN_LIST, span, "unknown list `" + name + "`")
          .suggest(nearest.map(found -> "lists." + found));
      return null;
    }
    checking.names.used("lists", name);
    List<Expression> literals = new ArrayList<>();
    for (String element : elements.get()) {
      literals.add(new Expression.Literal(element, Type.Simple.STRING, span));
    }
    checking.listed += literals.size();
    if (checking.listed > Checking.MOST_LISTED) {
      checking
          .out
          .report(DiagnosticCode.EXPRESSION_TOO_LARGE, span, "the expression reads lists too long")
          .help(
              "the lists of one expression have at most %d elements"
                  .formatted(Checking.MOST_LISTED));
      return null;
    }
    return new Expression.ListLiteral(literals, new Type.ListOf(Type.Simple.STRING), span);
  }

  /// Reports a name that nothing has.
  void unknown(String path, Span span) {
    String root = root(path);
    if (LATER.contains(root)) {
      checking.out.report(
          DiagnosticCode.NOT_YET_EXECUTED, span, "`" + path + "` is known but not computed yet");
      return;
    }
    var draft =
        checking.out.report(DiagnosticCode.UNKNOWN_FACT, span, "unknown fact `" + path + "`");
    List<String> members = members(path);
    if (path.equals("lists")) {
      draft.help("write `lists.NAME` with the name of a declared list");
    } else if (!members.isEmpty()) {
      draft.help("`" + path + "` is a group of facts: " + shorten(members));
    } else if (isDeclared(path)) {
      String quoted = "'" + path + "'";
      draft.help("names are texts in quotes: `" + quoted + "`").fix(span, quoted);
    } else {
      draft.suggest(nearest(path));
    }
  }

  private boolean isDeclared(String path) {
    for (Type.Nominal type : Type.Nominal.values()) {
      if (nominals.known(type).contains(path)) {
        return true;
      }
    }
    return false;
  }

  private List<String> members(String group) {
    return checking.vocabulary.facts().stream()
        .map(Fact::name)
        .filter(name -> name.startsWith(group + "."))
        .toList();
  }

  private static String shorten(List<String> members) {
    int most = 6;
    String shown = String.join(", ", members.subList(0, Math.min(most, members.size())));
    return members.size() > most ? shown + ", ..." : shown;
  }

  private Optional<String> nearest(String path) {
    Set<String> candidates = new TreeSet<>(checking.names.lets());
    for (Fact fact : checking.vocabulary.facts()) {
      if (fact.executes()) {
        candidates.add(fact.name());
      }
    }
    for (String candidate : candidates) {
      if (candidate.endsWith("." + path)) {
        return Optional.of(candidate);
      }
    }
    return Spelling.nearest(path, candidates);
  }
}
