package dev.gatewayctl.policy.checking;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Function;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.syntax.ScalarText;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Expands `let`s in place.
final class Lets {
  private final Checking checking;

  Lets(Checking checking) {
    this.checking = checking;
  }

  /// What the name stands for, typed where it is used.
  ///
  /// @param use where the name stands
  @Nullable Expression expand(LetDefinition let, Span use) {
    checking.names.used("let", let.name());
    if (checking.lets.contains(let.name())) {
      checking
          .out
          .report(DiagnosticCode.LET_CYCLE, use, "`" + let.name() + "` is defined by itself")
          .help("it goes through " + String.join(", ", checking.lets.reversed()));
      return null;
    }
    checking.lets.push(let.name());
    Deque<Checking.Local> hidden = checking.hide();
    Expression expanded =
        switch (let.body()) {
          case LetDefinition.Formula(ScalarText text) -> whole(text);
          case LetDefinition.Table table -> table(table);
        };
    checking.show(hidden);
    checking.lets.pop();
    return expanded;
  }

  private @Nullable Expression whole(ScalarText text) {
    Parsed parsed = Parser.parse(text, 0, text.value().length(), checking.out);
    return new Typing(checking, text).check(parsed);
  }

  private @Nullable Expression table(LetDefinition.Table table) {
    Expression by = whole(table.by());
    if (table.otherwise().isEmpty()) {
      checking
          .out
          .report(DiagnosticCode.LET_WITHOUT_ELSE, table.by().span(), "the table has no `else`")
          .help("say what holds for every other value: `else: ...`");
      return null;
    }
    Expression result = whole(table.otherwise().get());
    List<LetDefinition.Row> rows = table.rows().reversed();
    for (LetDefinition.Row row : rows) {
      Expression value = whole(row.value());
      Expression key = by == null ? null : key(row.key(), by.type());
      if (by == null || key == null || value == null || result == null) {
        result = null;
        continue;
      }
      checking.nodes += 3;
      Expression same =
          new Expression.Call(Function.EQUAL, List.of(by, key), Type.Simple.BOOL, row.key().span());
      result =
          new Typing(checking, row.value()).conditional(same, value, result, row.value().span());
    }
    return result;
  }

  /// A key as a literal of the type of `by`.
  private @Nullable Expression key(ScalarText key, Type type) {
    String value = key.value();
    Span span = key.span();
    if (type instanceof Type.Nominal nominal) {
      Expression literal = new Expression.Literal(value, Type.Simple.STRING, span);
      new NominalCheck(checking).check(literal, nominal);
      return literal;
    }
    if (type == Type.Simple.STRING) {
      return new Expression.Literal(value, Type.Simple.STRING, span);
    }
    if (type == Type.Simple.INT && value.matches("-?[0-9]{1,18}")) {
      return new Expression.Literal(Long.valueOf(value), Type.Simple.INT, span);
    }
    if (type == Type.Simple.BOOL && (value.equals("true") || value.equals("false"))) {
      return new Expression.Literal(Boolean.valueOf(value), Type.Simple.BOOL, span);
    }
    checking
        .out
        .report(
            DiagnosticCode.TYPE_MISMATCH,
            span,
            "`" + NominalCheck.shown(value) + "` is no " + type.word())
        .help("the keys of a table are values of its `by`: a name, a text, an int or a bool");
    return null;
  }
}
