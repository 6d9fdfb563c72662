package dev.gatewayctl.policy.expression;

import dev.gatewayctl.policy.diagnostic.Span;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// A checked expression: every name resolved, every type known, `let`s expanded.
public sealed interface Expression {
  Type type();

  Span span();

  /// A constant: `Boolean`, `Long`, `Double`, `String`, `byte[]`, `Duration`, `Instant`; null is
  /// the literal `null`.
  record Literal(@Nullable Object value, Type type, Span span) implements Expression {}

  /// A fact of the vocabulary.
  record FactRead(Fact fact, Span span) implements Expression {
    @Override
    public Type type() {
      return fact.type();
    }
  }

  /// A variable of an enclosing macro.
  record LocalRead(String name, Type type, Span span) implements Expression {}

  /// `findings.any(K, where)` and its like: `K` resolved to the detectors that can find it.
  ///
  /// @param source the fact: `findings`, `request.findings`, `response.findings` or `sent`
  /// @param name `K` as written
  /// @param detectors ids of all detectors that `K` stands for
  /// @param locations where; empty: everywhere
  /// @param latest only after the last assistant turn
  record FindingQuery(
      Query query,
      Fact source,
      String name,
      SortedSet<String> detectors,
      SortedSet<String> locations,
      boolean latest,
      Type type,
      Span span)
      implements Expression {
    public enum Query {
      ANY,
      COUNT,
      SCORE,
      FIRST
    }
  }

  /// A member of a map or of a finding: `operand.field`.
  record Select(Expression operand, String field, Type type, Span span) implements Expression {}

  /// `has(operand)`: whether the member or fact is there.
  record Has(Expression operand, Span span) implements Expression {
    @Override
    public Type type() {
      return Type.Simple.BOOL;
    }
  }

  /// An operator, function or method; a method's receiver is its first argument.
  record Call(Function function, List<Expression> arguments, Type type, Span span)
      implements Expression {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  record ListLiteral(List<Expression> elements, Type type, Span span) implements Expression {
    public ListLiteral {
      elements = List.copyOf(elements);
    }
  }

  record MapLiteral(List<Entry> entries, Type type, Span span) implements Expression {
    public MapLiteral {
      entries = List.copyOf(entries);
    }

    public record Entry(Expression key, Expression value) {}
  }

  /// `condition ? then : otherwise`.
  record Conditional(
      Expression condition, Expression then, Expression otherwise, Type type, Span span)
      implements Expression {}

  /// A macro over a list or the keys of a map.
  ///
  /// @param predicate the body; of `map` an optional filter
  /// @param transform what `map` yields
  record Comprehension(
      Macro macro,
      Expression range,
      String variable,
      Optional<Expression> predicate,
      Optional<Expression> transform,
      Type type,
      Span span)
      implements Expression {
    public enum Macro {
      ALL,
      EXISTS,
      EXISTS_ONE,
      FILTER,
      MAP
    }
  }
}
