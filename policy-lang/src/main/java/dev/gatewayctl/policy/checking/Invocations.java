package dev.gatewayctl.policy.checking;

import static dev.gatewayctl.policy.diagnostic.DiagnosticCode.INVALID_LITERAL;
import static dev.gatewayctl.policy.diagnostic.DiagnosticCode.NOT_YET_EXECUTED;
import static dev.gatewayctl.policy.diagnostic.DiagnosticCode.UNKNOWN_FUNCTION;
import static dev.gatewayctl.policy.diagnostic.DiagnosticCode.UNKNOWN_MEMBER;
import static dev.gatewayctl.policy.diagnostic.DiagnosticCode.WRONG_ARGUMENTS;

import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.diagnostic.Spelling;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Function;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.expression.Type.Simple;
import dev.gatewayctl.policy.expression.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Types calls of functions and methods; macros and queries of findings have classes of their own.
final class Invocations {
  private final Typing typing;
  private final Macros macros;
  private final FindingQueries queries;
  private final LiteralArguments literals;

  Invocations(Typing typing) {
    this.typing = typing;
    this.macros = new Macros(typing);
    this.queries = new FindingQueries(typing);
    this.literals = new LiteralArguments(typing);
  }

  @Nullable Expression check(Parsed.Invoke call) {
    Parsed target = call.target();
    if (target == null) {
      return call.name().equals("has") ? has(call) : function(call);
    }
    if (Macros.isMacro(call.name())) {
      return macros.check(call, target);
    }
    if (isNowAt(call)) {
      typing
          .out()
          .report(UNKNOWN_MEMBER, typing.span(call), "`now.at(ZONE)` is a group of facts")
          .help("ask for its `time`, `hour`, `weekday` or `date`");
      return null;
    }
    if (call.name().equals("conforms")) {
      typing
          .out()
          .report(NOT_YET_EXECUTED, typing.span(call), "`conforms` is known but not executed yet");
      return null;
    }
    if (FindingQueries.isQuery(call.name())) {
      Fact source = queries.source(target);
      if (source != null) {
        return queries.check(call, target, source);
      }
    }
    return method(call, target);
  }

  static boolean isNowAt(Parsed.Invoke call) {
    return call.name().equals("at")
        && call.target() instanceof Parsed.Name name
        && name.name().equals("now");
  }

  boolean isMethod(String name) {
    return !Overload.named(name, true).isEmpty() || FindingQueries.isQuery(name);
  }

  /// `now.at(ZONE).field`.
  @Nullable Expression nowAt(Parsed.Invoke at, Parsed.Member member) {
    Span span = typing.span(member);
    Expression time = typing.check(nowTime(at));
    if (!count(at, 1, 1) || time == null) {
      return null;
    }
    Expression zone = typing.check(at.arguments().getFirst());
    if (zone == null || !literals.zone(zone)) {
      return null;
    }
    return switch (member.field()) {
      case "time" -> time;
      case "hour" -> new Expression.Call(Function.HOUR_AT, List.of(time, zone), Simple.INT, span);
      case "weekday" ->
          new Expression.Call(Function.WEEKDAY_AT, List.of(time, zone), Simple.INT, span);
      case "date" ->
          new Expression.Call(Function.DATE_AT, List.of(time, zone), Simple.STRING, span);
      case String other -> {
        Span field = typing.text.span(member.fieldStart(), member.end());
        typing
            .out()
            .report(UNKNOWN_MEMBER, field, "`now.at(ZONE)` has no member `" + other + "`")
            .suggest(Spelling.nearest(other, List.of("time", "hour", "weekday", "date")));
        yield null;
      }
    };
  }

  private static Parsed nowTime(Parsed.Invoke at) {
    Parsed.Name now = new Parsed.Name("now", at.start(), at.end());
    return new Parsed.Member(now, "time", at.start(), at.end());
  }

  private @Nullable Expression has(Parsed.Invoke call) {
    if (!count(call, 1, 1)) {
      return null;
    }
    typing.checking.contentInside++;
    Expression operand = typing.check(call.arguments().getFirst());
    typing.checking.contentInside--;
    if (operand == null) {
      return null;
    }
    boolean asks = operand instanceof Expression.FactRead || operand instanceof Expression.Select;
    if (!asks) {
      typing
          .out()
          .report(
              WRONG_ARGUMENTS,
              typing.span(call.arguments().getFirst()),
              "`has` takes a fact or a member of a map")
          .help("a key that is no name is asked for with `in`: `'x-key' in headers`");
      return null;
    }
    return new Expression.Has(operand, typing.span(call));
  }

  private @Nullable Expression function(Parsed.Invoke call) {
    List<Overload> overloads = Overload.named(call.name(), false);
    if (overloads.isEmpty()) {
      typing.checkAll(call.arguments());
      unknown(call, Overload.names(false), "function");
      return null;
    }
    boolean size = call.name().equals("size");
    typing.checking.contentInside += size ? 1 : 0;
    List<Expression> arguments = typing.checkAll(call.arguments());
    typing.checking.contentInside -= size ? 1 : 0;
    if (arguments == null || !count(call, overloads)) {
      return null;
    }
    for (Overload overload : overloads) {
      if (Types.fits(arguments.getFirst().type(), overload.parameters().getFirst())) {
        return literals.function(overload.function(), arguments, overload.result(), call);
      }
    }
    var draft =
        typing.mismatch(
            typing.span(call.arguments().getFirst()),
            "`" + call.name() + "` does not take " + Typing.a(arguments.getFirst().type()));
    draft.help("it takes " + String.join(", ", takes(overloads)));
    return null;
  }

  private static Set<String> takes(List<Overload> overloads) {
    Set<String> words = new TreeSet<>();
    for (Overload overload : overloads) {
      words.add(Typing.a(overload.parameters().getFirst()));
    }
    return words;
  }

  private @Nullable Expression method(Parsed.Invoke call, Parsed target) {
    boolean size = call.name().equals("size");
    typing.checking.contentInside += size ? 1 : 0;
    Expression receiver = typing.check(target);
    typing.checking.contentInside -= size ? 1 : 0;
    List<Expression> arguments = typing.checkAll(call.arguments());
    if (receiver == null || arguments == null) {
      return null;
    }
    Type type = receiver.type();
    switch (call.name()) {
      case "get" -> {
        return get(call, receiver, arguments);
      }
      case "in" -> {
        return inNetwork(call, receiver, arguments);
      }
      case String other -> {}
    }
    if (call.name().equals("contains") && type instanceof Type.ListOf(Type element)) {
      return listContains(call, receiver, element, arguments);
    }
    List<Overload> overloads = Overload.named(call.name(), true);
    if (overloads.isEmpty()) {
      Set<String> known = new TreeSet<>(Overload.names(true));
      known.addAll(Macros.NAMES);
      known.addAll(List.of("get", "any", "count", "score", "first"));
      unknown(call, known, "method");
      return null;
    }
    for (Overload overload : overloads) {
      Type wanted = overload.receiver();
      if (wanted != null && Types.fits(type, wanted)) {
        return apply(call, overload, receiver, arguments);
      }
    }
    typing.mismatch(
        typing.text.span(call.nameStart(), call.nameEnd()),
        Typing.a(type) + " has no method `" + call.name() + "`");
    return null;
  }

  private @Nullable Expression apply(
      Parsed.Invoke call, Overload overload, Expression receiver, List<Expression> arguments) {
    if (!count(call, overload.least(), overload.parameters().size())) {
      return null;
    }
    for (int i = 0; i < arguments.size(); i++) {
      Span at = typing.span(call.arguments().get(i));
      String place = "`" + call.name() + "`";
      if (!typing.fits(arguments.get(i), overload.parameters().get(i), at, place)) {
        return null;
      }
    }
    List<Expression> all = new ArrayList<>();
    all.add(receiver);
    all.addAll(arguments);
    boolean valid =
        switch (overload.function()) {
          case MATCHES -> literals.pattern(all.get(1), call.arguments().getFirst());
          case Function part when overload.receiver() == Simple.TIMESTAMP && all.size() == 2 ->
              literals.zone(all.get(1));
          case Function other -> true;
        };
    return valid
        ? new Expression.Call(overload.function(), all, overload.result(), typing.span(call))
        : null;
  }

  private @Nullable Expression listContains(
      Parsed.Invoke call, Expression list, Type element, List<Expression> arguments) {
    if (!count(call, 1, 1)) {
      return null;
    }
    Expression wanted = arguments.getFirst();
    Span at = typing.span(call.arguments().getFirst());
    if (!Types.equatable(wanted.type(), element)) {
      typing.mismatch(at, "a " + list.type().word() + " cannot contain " + Typing.a(wanted.type()));
      return null;
    }
    if (element instanceof Type.Nominal nominal) {
      typing.nominals.check(wanted, nominal);
    }
    if (wanted.type() instanceof Type.Nominal nominal) {
      typing.nominals.check(list, nominal);
    }
    return new Expression.Call(
        Function.CONTAINS, List.of(list, wanted), Simple.BOOL, typing.span(call));
  }

  private @Nullable Expression get(Parsed.Invoke call, Expression map, List<Expression> arguments) {
    if (!count(call, 2, 2)) {
      return null;
    }
    Type keyType = Simple.DYN;
    Type valueType = Simple.DYN;
    if (map.type() instanceof Type.MapOf(Type key, Type value)) {
      keyType = key;
      valueType = value;
    } else if (map.type() != Simple.DYN) {
      typing.mismatch(
          typing.text.span(call.nameStart(), call.nameEnd()),
          Typing.a(map.type()) + " has no method `get`");
      return null;
    }
    Expression key = arguments.get(0);
    Expression otherwise = arguments.get(1);
    Span keyAt = typing.span(call.arguments().get(0));
    Type type = Types.join(valueType, otherwise.type());
    if (!typing.fits(key, keyType, keyAt, "`get`")) {
      return null;
    }
    if (type == null) {
      typing.mismatch(
          typing.span(call.arguments().get(1)),
          "the default is " + Typing.a(otherwise.type()) + ", the values " + valueType.word());
      return null;
    }
    if (key instanceof Expression.Literal literal && literal.value() instanceof String name) {
      typing.headerName(map, name, NominalCheck.inside(literal.span()));
    }
    return new Expression.Call(
        Function.GET, List.of(map, key, Typing.widened(otherwise, type)), type, typing.span(call));
  }

  private @Nullable Expression inNetwork(
      Parsed.Invoke call, Expression address, List<Expression> arguments) {
    if (!count(call, 1, 1)) {
      return null;
    }
    if (address.type() != Simple.IP) {
      typing
          .mismatch(
              typing.text.span(call.nameStart(), call.nameEnd()),
              Typing.a(address.type()) + " has no method `in`")
          .help("an element of a list is asked for with `x in list`");
      return null;
    }
    return literals.networks(arguments.getFirst())
        ? new Expression.Call(
            Function.IN_NETWORK,
            List.of(address, arguments.getFirst()),
            Simple.BOOL,
            typing.span(call))
        : null;
  }

  private void unknown(Parsed.Invoke call, Collection<String> known, String noun) {
    Span at = typing.text.span(call.nameStart(), call.nameEnd());
    var draft =
        typing
            .out()
            .report(UNKNOWN_FUNCTION, at, "unknown " + noun + " `" + call.name() + "`")
            .suggest(Spelling.nearest(call.name(), known));
    boolean dynamic = call.name().equals("dyn") || call.name().equals("type");
    if (dynamic) {
      draft.help("types are fixed before anything runs: there is no `" + call.name() + "`");
    } else if (call.target() == null && !Overload.named(call.name(), true).isEmpty()) {
      draft.help("it is a method: `x." + call.name() + "(...)`");
    }
  }

  private boolean count(Parsed.Invoke call, List<Overload> overloads) {
    return count(call, overloads.getFirst().least(), overloads.getFirst().parameters().size());
  }

  private boolean count(Parsed.Invoke call, int least, int most) {
    int given = call.arguments().size();
    if (given >= least && given <= most) {
      return true;
    }
    String wanted = least == most ? String.valueOf(least) : least + " to " + most;
    typing
        .out()
        .report(
            WRONG_ARGUMENTS,
            typing.text.span(call.nameStart(), call.end()),
            "`%s` takes %s argument%s, not %d"
                .formatted(call.name(), wanted, wanted.equals("1") ? "" : "s", given));
    return false;
  }

  /// Reports a literal that cannot be read.
  static void invalid(Typing typing, Span at, String what) {
    typing.out().report(INVALID_LITERAL, at, "`" + NominalCheck.shown(at.text()) + "` is " + what);
  }
}
