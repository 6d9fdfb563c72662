package dev.gatewayctl.policy.expression;

import dev.gatewayctl.policy.expression.Expression.Call;
import dev.gatewayctl.policy.expression.Expression.FindingQuery;
import dev.gatewayctl.policy.expression.Type.Simple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the parts of an expression that can be an error in some exchange. It reasons over guards
/// and over ranges of ints; where that shows nothing, a part counts as a risk. Moments and
/// durations are taken to stay within their ten thousand years.
public final class Risks {
  /// A part that can be an error, and why.
  public record Risk(Expression part, String why) {}

  private final List<Risk> risks = new ArrayList<>();

  private Risks() {}

  /// The risks that `given` does not rule out.
  public static List<Risk> of(Expression expression, @Nullable Expression given) {
    Risks risks = new Risks();
    Guards guards = given == null ? Guards.none() : Guards.none().and(given, true);
    risks.find(expression, guards);
    return risks.risks;
  }

  private void find(Expression expression, Guards guards) {
    switch (expression) {
      case Expression.Literal literal -> {}
      case Expression.LocalRead local -> {}
      case Expression.FactRead read -> fact(read, guards);
      case FindingQuery query -> {
        if (query.query() == FindingQuery.Query.FIRST && !guards.isFound(query)) {
          add(query, "nothing may be found: ask `any` beside it");
        }
      }
      case Expression.Select select -> select(select, guards);
      case Expression.Has has -> {
        if (has.operand() instanceof Expression.Select select) {
          find(select.operand(), guards);
        }
      }
      case Call call -> call(call, guards);
      case Expression.ListLiteral list -> list.elements().forEach(each -> find(each, guards));
      case Expression.MapLiteral map ->
          map.entries()
              .forEach(
                  entry -> {
                    find(entry.key(), guards);
                    find(entry.value(), guards);
                  });
      case Expression.Conditional conditional -> {
        find(conditional.condition(), guards);
        find(conditional.then(), guards.and(conditional.condition(), true));
        find(conditional.otherwise(), guards.and(conditional.condition(), false));
      }
      case Expression.Comprehension macro -> {
        find(macro.range(), guards);
        macro.predicate().ifPresent(each -> find(each, guards));
        Guards inside = macro.predicate().map(each -> guards.and(each, true)).orElse(guards);
        macro.transform().ifPresent(each -> find(each, inside));
      }
    }
  }

  private void fact(Expression.FactRead read, Guards guards) {
    if (read.fact().absence() == Fact.Absence.ERROR && !guards.isThere(read)) {
      add(read, "it is missing unless the caller sends it: ask `has` beside it");
    }
  }

  private void select(Expression.Select select, Guards guards) {
    find(select.operand(), guards);
    if (select.operand().type() != Simple.FINDING && !guards.isThere(select)) {
      add(select, "the key may be missing: ask `has` beside it, or write `get` with a default");
    }
  }

  private void call(Call call, Guards guards) {
    List<Expression> arguments = call.arguments();
    Function function = call.function();
    if (function == Function.AND || function == Function.OR) {
      List<Guards> beside = guards.beside(call);
      for (int i = 0; i < arguments.size(); i++) {
        find(arguments.get(i), beside.get(i));
        dynamic(call, i, beside.get(i));
      }
      return;
    }
    arguments.forEach(each -> find(each, guards));
    switch (function) {
      case EQUAL, NOT_EQUAL -> {}
      case IN -> dynamic(call, 1, guards);
      case CONTAINS -> {
        if (arguments.getFirst().type() instanceof Type.ListOf) {
          dynamic(call, 0, guards);
        } else {
          absent(call, guards);
        }
      }
      case GET, NOT, AND, OR -> dynamic(call, 0, guards);
      case INDEX -> index(call, guards);
      case DIVIDE, MODULO -> {
        absent(call, guards);
        boolean whole = call.type() != Simple.DOUBLE;
        if (whole && !divides(arguments.get(1)) && !guards.isNotZero(arguments.get(1))) {
          add(call, "the divisor may be 0: ask `!= 0` beside it");
        }
      }
      case ADD, SUBTRACT, MULTIPLY, NEGATE -> {
        absent(call, guards);
        if (call.type() == Simple.INT && Range.of(call).isEmpty()) {
          add(call, "the result may not fit 64 bits");
        }
      }
      case TO_INT, TO_DOUBLE, TO_BOOL, TO_DURATION, TO_TIMESTAMP -> {
        absent(call, guards);
        conversion(call);
      }
      case SUBSTRING, CHAR_AT -> {
        absent(call, guards);
        add(call, "the text may be shorter than that");
      }
      case Function strict -> absent(call, guards);
    }
  }

  /// Anything but an equality asks for a value that is there and has the right type.
  private void absent(Call call, Guards guards) {
    for (int i = 0; i < call.arguments().size(); i++) {
      Expression argument = call.arguments().get(i);
      boolean none =
          argument instanceof Expression.FactRead read
              && read.fact().absence() == Fact.Absence.NONE;
      if (none && !guards.isThere(argument)) {
        add(argument, "it may be absent: ask `has` beside it");
      }
      dynamic(call, i, guards);
    }
  }

  private void dynamic(Call call, int argument, Guards guards) {
    Expression operand = call.arguments().get(argument);
    boolean reported = operand instanceof Expression.Select && !guards.isThere(operand);
    if (operand.type() == Simple.DYN && !reported) {
      add(operand, "its type is the caller's choice");
    }
  }

  private void index(Call call, Guards guards) {
    Expression range = call.arguments().get(0);
    Expression index = call.arguments().get(1);
    boolean isMap = range.type() instanceof Type.MapOf || range.type() == Simple.DYN;
    if (isMap && !guards.hasKey(range, index)) {
      add(call, "the key may be missing: ask with `in` beside it, or write `get` with a default");
    }
    boolean reached =
        index instanceof Expression.Literal literal
            && literal.value() instanceof Long place
            && guards.reaches(range, place);
    if (!isMap && !reached) {
      add(call, "the list may be shorter: ask its `size` beside it");
    }
  }

  private void conversion(Call call) {
    Type from = call.arguments().getFirst().type();
    boolean safe =
        from.equals(call.type())
            || (from == Simple.INT && call.function() == Function.TO_DOUBLE)
            || from == Simple.TIMESTAMP;
    if (!safe) {
      add(call, "not every " + from.word() + " can be converted");
    }
  }

  private static boolean divides(Expression divisor) {
    return divisor instanceof Expression.Literal literal
        && literal.value() instanceof Long whole
        && whole != 0
        && whole != -1;
  }

  private void add(Expression part, String why) {
    risks.add(new Risk(part, why));
  }
}
