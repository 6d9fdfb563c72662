package dev.gatewayctl.policy.expression;

import dev.gatewayctl.policy.expression.Expression.Comprehension;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Writes a checked expression as text.
public final class ExpressionText {
  /// What binds tighter than any operator.
  private static final int PRIMARY = 9;

  private static final int UNARY = 6;

  private final StringBuilder out = new StringBuilder();

  private ExpressionText() {}

  /// The canonical text: fully determined by the meaning, so that it may be digested; `let`s and
  /// lists are expanded, spans and the author's spacing, quotes and superfluous brackets are gone.
  /// It reads back as the same expression.
  public static String print(Expression expression) {
    ExpressionText text = new ExpressionText();
    text.write(expression, 0);
    return text.out.toString();
  }

  /// Writes a part.
  ///
  /// @param least how tightly the place binds; a looser expression gets brackets
  private void write(Expression expression, int least) {
    boolean brackets = tightness(expression) < least;
    if (brackets) {
      out.append('(');
    }
    switch (expression) {
      case Expression.Literal literal -> literal(literal.value());
      case Expression.FactRead read -> out.append(read.fact().name());
      case Expression.LocalRead local -> out.append(local.name());
      case Expression.FindingQuery query -> query(query);
      case Expression.Select select -> {
        write(select.operand(), PRIMARY);
        out.append('.').append(select.field());
      }
      case Expression.Has has -> {
        out.append("has(");
        write(has.operand(), 0);
        out.append(')');
      }
      case Expression.Call call -> call(call);
      case Expression.ListLiteral list -> list('[', list.elements(), ']');
      case Expression.MapLiteral map -> map(map);
      case Expression.Conditional conditional -> {
        write(conditional.condition(), 1);
        out.append(" ? ");
        write(conditional.then(), 1);
        out.append(" : ");
        write(conditional.otherwise(), 0);
      }
      case Comprehension macro -> macro(macro);
    }
    if (brackets) {
      out.append(')');
    }
  }

  private static int tightness(Expression expression) {
    return switch (expression) {
      case Expression.Conditional conditional -> 0;
      case Expression.Call call when call.function() == Function.INDEX -> PRIMARY;
      case Expression.Call call when call.arguments().size() == 1 && isSign(call) -> UNARY;
      case Expression.Call call when isSign(call) -> call.function().precedence();
      case Expression.Literal literal when isNegative(literal.value()) -> UNARY;
      case Expression other -> PRIMARY;
    };
  }

  private static boolean isSign(Expression.Call call) {
    return call.function().form() == Function.Form.OPERATOR;
  }

  private static boolean isNegative(@Nullable Object value) {
    return (value instanceof Long whole && whole < 0)
        || (value instanceof Double number && 1 / number < 0)
        || (value instanceof Double negative && negative < 0);
  }

  private void call(Expression.Call call) {
    Function function = call.function();
    List<Expression> arguments = call.arguments();
    switch (function.form()) {
      case OPERATOR -> operator(call);
      case FUNCTION -> {
        out.append(function.word());
        list('(', arguments, ')');
      }
      case METHOD -> {
        write(arguments.getFirst(), PRIMARY);
        out.append('.').append(function.word());
        list('(', arguments.subList(1, arguments.size()), ')');
      }
      case NOW_AT -> {
        out.append("now.at");
        list('(', arguments.subList(1, arguments.size()), ')');
        out.append('.').append(function.word());
      }
    }
  }

  private void operator(Expression.Call call) {
    Function function = call.function();
    List<Expression> arguments = call.arguments();
    if (function == Function.INDEX) {
      write(arguments.getFirst(), PRIMARY);
      list('[', arguments.subList(1, arguments.size()), ']');
      return;
    }
    if (arguments.size() == 1) {
      out.append(function.word());
      write(arguments.getFirst(), UNARY + (function == Function.NEGATE ? 1 : 0));
      return;
    }
    int precedence = function.precedence();
    for (int i = 0; i < arguments.size(); i++) {
      if (i > 0) {
        out.append(' ').append(function.word()).append(' ');
      }
      write(arguments.get(i), i == 0 ? precedence : precedence + 1);
    }
  }

  private void list(char open, List<Expression> elements, char close) {
    out.append(open);
    for (int i = 0; i < elements.size(); i++) {
      if (i > 0) {
        out.append(", ");
      }
      write(elements.get(i), 0);
    }
    out.append(close);
  }

  private void map(Expression.MapLiteral map) {
    out.append('{');
    String gap = "";
    for (Expression.MapLiteral.Entry entry : map.entries()) {
      out.append(gap);
      write(entry.key(), 0);
      out.append(": ");
      write(entry.value(), 0);
      gap = ", ";
    }
    out.append('}');
  }

  private void query(Expression.FindingQuery query) {
    out.append(query.source().name())
        .append('.')
        .append(query.query().name().toLowerCase(Locale.ROOT))
        .append('(')
        .append(query.name());
    if (query.latest()) {
      out.append(", latest");
    } else if (!query.locations().isEmpty()) {
      out.append(", [");
      String gap = "";
      for (String location : query.locations()) {
        out.append(gap).append('\'').append(location).append('\'');
        gap = ", ";
      }
      out.append(']');
    }
    out.append(')');
  }

  private void macro(Comprehension macro) {
    write(macro.range(), PRIMARY);
    out.append('.')
        .append(macro.macro().name().toLowerCase(Locale.ROOT))
        .append('(')
        .append(macro.variable());
    macro.predicate().ifPresent(this::argument);
    macro.transform().ifPresent(this::argument);
    out.append(')');
  }

  private void argument(Expression expression) {
    out.append(", ");
    write(expression, 0);
  }

  private void literal(@Nullable Object value) {
    switch (value) {
      case null -> out.append("null");
      case String text -> quoted(text);
      case byte[] bytes -> {
        out.append("b'");
        for (byte each : bytes) {
          out.append("\\x").append(HexFormat.of().toHexDigits(each));
        }
        out.append('\'');
      }
      case Duration duration ->
          out.append("duration('").append(TextForms.seconds(duration)).append("')");
      case Instant instant -> out.append("timestamp('").append(instant).append("')");
      case Object plain -> out.append(plain);
    }
  }

  private void quoted(String text) {
    out.append('\'');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\'' -> out.append("\\'");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7f) {
            out.append("\\x").append(HexFormat.of().toHexDigits((byte) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('\'');
  }
}
