package dev.gatewayctl.policy.checking;

import static dev.gatewayctl.policy.diagnostic.DiagnosticCode.WRONG_ARGUMENTS;

import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Expression.Comprehension;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.expression.Type.Simple;
import dev.gatewayctl.policy.expression.Types;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Types `all`, `exists`, `exists_one`, `filter` and `map`.
final class Macros {
  static final Set<String> NAMES = Set.of("all", "exists", "exists_one", "filter", "map");

  private final Typing typing;

  Macros(Typing typing) {
    this.typing = typing;
  }

  static boolean isMacro(String name) {
    return NAMES.contains(name);
  }

  @Nullable Expression check(Parsed.Invoke call, Parsed target) {
    Comprehension.Macro macro = Comprehension.Macro.valueOf(call.name().toUpperCase(Locale.ROOT));
    boolean isMap = macro == Comprehension.Macro.MAP;
    List<Parsed> arguments = call.arguments();
    boolean counted = arguments.size() == 2 || (isMap && arguments.size() == 3);
    if (!counted || !(arguments.getFirst() instanceof Parsed.Name variable)) {
      typing
          .out()
          .report(
              WRONG_ARGUMENTS,
              typing.text.span(call.nameStart(), call.end()),
              "`" + call.name() + "` takes a variable and an expression over it")
          .help("for example `list." + call.name() + "(x, x != '')`");
      return null;
    }
    Expression range = typing.check(target);
    if (range == null) {
      return null;
    }
    Type element = Types.element(range.type());
    if (element == null) {
      typing.mismatch(
          typing.span(target),
          "`" + call.name() + "` goes over a list, not " + Typing.a(range.type()));
      return null;
    }
    typing.checking.enter(new Checking.Local(variable.name(), element));
    List<Expression> bodies = typing.checkAll(arguments.subList(1, arguments.size()));
    typing.checking.leave();
    if (bodies == null) {
      return null;
    }
    Expression first = bodies.getFirst();
    boolean asksFirst = !isMap || bodies.size() == 2;
    Span at = typing.span(arguments.get(1));
    if (asksFirst && !typing.fits(first, Simple.BOOL, at, "`" + call.name() + "`")) {
      return null;
    }
    Type type =
        switch (macro) {
          case ALL, EXISTS, EXISTS_ONE -> Simple.BOOL;
          case FILTER -> new Type.ListOf(element);
          case MAP -> new Type.ListOf(bodies.getLast().type());
        };
    return new Comprehension(
        macro,
        range,
        variable.name(),
        asksFirst ? Optional.of(first) : Optional.empty(),
        isMap ? Optional.of(bodies.getLast()) : Optional.empty(),
        type,
        typing.span(call));
  }
}
