package dev.gatewayctl.policy.checking;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Expression.Call;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Function;
import dev.gatewayctl.policy.expression.Guards;
import dev.gatewayctl.policy.expression.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds where an absent fact would let something through: `F != 'x'` is true of an absent `F`, and
/// so is `!(F == 'x')`.
final class Absences {
  private final Diagnostics out;

  private Absences(Diagnostics out) {
    this.out = out;
  }

  static void check(Expression expression, @Nullable Expression given, Diagnostics out) {
    Guards guards = given == null ? Guards.none() : Guards.none().and(given, true);
    new Absences(out).walk(expression, guards, true, true);
  }

  /// Looks at a part.
  ///
  /// @param positive whether the part being true works towards the whole being true
  /// @param exact false where a part works both ways, such as the condition of `? :`
  private void walk(Expression expression, Guards guards, boolean positive, boolean exact) {
    switch (expression) {
      case Call call -> call(call, guards, positive, exact);
      case Expression.Conditional conditional -> {
        walk(conditional.condition(), guards, positive, false);
        walk(conditional.then(), guards.and(conditional.condition(), true), positive, exact);
        walk(conditional.otherwise(), guards.and(conditional.condition(), false), positive, exact);
      }
      case Expression.Comprehension macro -> {
        macro.predicate().ifPresent(each -> walk(each, guards, positive, exact));
        macro.transform().ifPresent(each -> walk(each, guards, positive, false));
      }
      case Expression other -> {}
    }
  }

  private void call(Call call, Guards guards, boolean positive, boolean exact) {
    List<Expression> parts = call.arguments();
    switch (call.function()) {
      case AND, OR -> {
        List<Guards> beside = guards.beside(call);
        for (int i = 0; i < parts.size(); i++) {
          walk(parts.get(i), beside.get(i), positive, exact);
        }
      }
      case NOT -> walk(parts.getFirst(), guards, !positive, exact);
      case EQUAL, NOT_EQUAL -> {
        boolean unlike = call.function() == Function.NOT_EQUAL;
        if (unlike == positive || !exact) {
          passes(call, parts.get(0), guards);
          passes(call, parts.get(1), guards);
        }
        parts.forEach(part -> walk(part, guards, positive, false));
      }
      case IN -> {
        if (!positive || !exact) {
          passes(call, parts.get(0), guards);
        }
      }
      case CONTAINS -> {
        boolean list = parts.get(0).type() instanceof Type.ListOf;
        if (list && (!positive || !exact)) {
          passes(call, parts.get(1), guards);
        }
      }
      case Function other -> {}
    }
  }

  private void passes(Call call, Expression operand, Guards guards) {
    if (operand instanceof Expression.FactRead read
        && read.fact().absence() == Fact.Absence.NONE
        && !guards.isThere(operand)) {
      String name = read.fact().name();
      out.report(
              DiagnosticCode.ABSENT_PASSES,
              call.span(),
              "this is true where `" + name + "` is absent")
          .label("`none` is unlike everything")
          .help("add `has(" + name + ") &&` if an absent one must not pass")
          .help("add `!has(" + name + ") ||` if it may");
    }
  }
}
