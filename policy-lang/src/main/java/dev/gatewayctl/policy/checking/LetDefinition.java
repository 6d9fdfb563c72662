package dev.gatewayctl.policy.checking;

import dev.gatewayctl.policy.syntax.ScalarText;
import java.util.List;
import java.util.Optional;

/// A declared `let`, not typed yet: it is typed anew in place wherever it is used.
public record LetDefinition(String name, Body body) {
  public sealed interface Body {}

  /// An expression, expanded as a macro.
  public record Formula(ScalarText text) implements Body {}

  /// A table `{by, KEY: value, else}`: a chain of conditions on `by`.
  ///
  /// @param by an expression, mostly the name of a fact
  /// @param otherwise the value of `else`; without one each use is `let-without-else`
  public record Table(ScalarText by, List<Row> rows, Optional<ScalarText> otherwise)
      implements Body {
    public Table {
      rows = List.copyOf(rows);
    }
  }

  /// One line of a table.
  ///
  /// @param key a value of `by`, without quotes
  /// @param value an expression
  public record Row(ScalarText key, ScalarText value) {}
}
