package dev.gatewayctl.policy.checking;

import static dev.gatewayctl.policy.diagnostic.DiagnosticCode.EXPRESSION_TOO_LARGE;
import static dev.gatewayctl.policy.diagnostic.DiagnosticCode.HEADER_NOT_LOWER_CASE;
import static dev.gatewayctl.policy.diagnostic.DiagnosticCode.TYPE_MISMATCH;
import static dev.gatewayctl.policy.diagnostic.DiagnosticCode.UNKNOWN_MEMBER;

import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.diagnostic.Spelling;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Function;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.expression.Type.Simple;
import dev.gatewayctl.policy.expression.Types;
import dev.gatewayctl.policy.syntax.ScalarText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Types the syntax of one text. Null means: reported, and nothing more to say about it.
final class Typing {
  /// The members of a finding.
  private static final Map<String, Type> FINDING =
      Map.of(
          "kind", Type.Nominal.KIND,
          "classes", new Type.ListOf(Type.Nominal.CLASS),
          "detector", Type.Nominal.DETECTOR,
          "location", Type.Nominal.LOCATION,
          "score", Simple.DOUBLE,
          "latest", Simple.BOOL);

  final Checking checking;
  final ScalarText text;
  final NominalCheck nominals;
  private final FactNames facts;
  private final Invocations invocations;

  Typing(Checking checking, ScalarText text) {
    this.checking = checking;
    this.text = text;
    this.nominals = new NominalCheck(checking);
    this.facts = new FactNames(checking, nominals);
    this.invocations = new Invocations(this);
  }

  Diagnostics out() {
    return checking.out;
  }

  Span span(Parsed parsed) {
    return text.span(parsed.start(), parsed.end());
  }

  /// The typed form of the syntax.
  @Nullable Expression check(Parsed parsed) {
    if (++checking.nodes > Checking.MOST_NODES || ++checking.depth > 2 * Parser.DEEPEST) {
      boolean first = checking.nodes <= Checking.MOST_NODES + 1;
      checking.nodes += Checking.MOST_NODES;
      if (first) {
        out()
            .report(EXPRESSION_TOO_LARGE, text.span(), "the expression grows too large")
            .help("with its `let`s expanded it has at most " + Checking.MOST_NODES + " parts");
      }
      return null;
    }
    Expression typed =
        switch (parsed) {
          case Parsed.Constant constant ->
              new Expression.Literal(constant.value(), constant.type(), span(parsed));
          case Parsed.Text literal -> literal(literal);
          case Parsed.Name name -> name(name);
          case Parsed.Member member -> member(member);
          case Parsed.Invoke invoke -> invocations.check(invoke);
          case Parsed.Subscript subscript -> subscript(subscript);
          case Parsed.Unary unary -> unary(unary);
          case Parsed.Operation operation -> new Operators(this).check(operation);
          case Parsed.Choice choice -> choice(choice);
          case Parsed.Elements elements -> elements(elements);
          case Parsed.Entries entries -> entries(entries);
          case Parsed.Bad bad -> null;
        };
    checking.depth--;
    return typed;
  }

  private Expression literal(Parsed.Text literal) {
    Object value = literal.literal().value();
    return new Expression.Literal(
        value, value instanceof String ? Simple.STRING : Simple.BYTES, span(literal));
  }

  private @Nullable Expression name(Parsed.Name name) {
    Checking.Local local = checking.local(name.name());
    if (local != null) {
      return new Expression.LocalRead(local.name(), local.type(), span(name));
    }
    Optional<LetDefinition> let = checking.names.let(name.name());
    if (let.isPresent()) {
      return new Lets(checking).expand(let.get(), span(name));
    }
    return fact(name.name(), span(name));
  }

  private @Nullable Expression fact(String path, Span span) {
    Optional<Fact> fact = checking.vocabulary.find(path);
    if (fact.isPresent()) {
      return facts.read(fact.get(), span);
    }
    facts.unknown(path, span);
    return null;
  }

  private @Nullable Expression member(Parsed.Member member) {
    String path = FactNames.path(member);
    if (path != null && checking.local(FactNames.root(path)) == null) {
      if (path.startsWith("lists.") && path.indexOf('.', 6) < 0) {
        return facts.list(path, span(member));
      }
      boolean isFact = checking.vocabulary.find(path).isPresent();
      boolean isLet = checking.names.let(FactNames.root(path)).isPresent();
      if (isFact || !(isLet || facts.startsWithFact(path))) {
        return fact(path, span(member));
      }
    }
    if (member.operand() instanceof Parsed.Invoke at && Invocations.isNowAt(at)) {
      return invocations.nowAt(at, member);
    }
    Expression operand = check(member.operand());
    return operand == null ? null : select(operand, member);
  }

  private @Nullable Expression select(Expression operand, Parsed.Member member) {
    Span span = span(member);
    Type type = operand.type();
    String field = member.field();
    if (type instanceof Type.MapOf(Type key, Type value) && Types.fits(Simple.STRING, key)) {
      headerName(operand, field, text.span(member.fieldStart(), member.end()));
      return new Expression.Select(operand, field, value, span);
    }
    if (type == Simple.DYN) {
      return new Expression.Select(operand, field, Simple.DYN, span);
    }
    Type fieldType = type == Simple.FINDING ? FINDING.get(field) : null;
    if (fieldType != null) {
      return new Expression.Select(operand, field, fieldType, span);
    }
    Span at = text.span(member.fieldStart(), member.end());
    var draft = out().report(UNKNOWN_MEMBER, at, a(type) + " has no member `" + field + "`");
    if (type == Simple.FINDING) {
      draft.suggest(Spelling.nearest(field, new TreeMap<>(FINDING).keySet()));
    } else if (invocations.isMethod(field)) {
      draft.help("it is called with brackets: `" + field + "(...)`");
    }
    return null;
  }

  private @Nullable Expression subscript(Parsed.Subscript subscript) {
    Expression operand = check(subscript.operand());
    Expression index = check(subscript.index());
    if (operand == null || index == null) {
      return null;
    }
    Span span = span(subscript);
    Type wanted;
    Type result;
    switch (operand.type()) {
      case Type.MapOf(Type key, Type value) -> {
        wanted = key;
        result = value;
      }
      case Type.ListOf(Type element) -> {
        wanted = Simple.INT;
        result = element;
      }
      case Simple.FINDINGS -> {
        wanted = Simple.INT;
        result = Simple.FINDING;
      }
      case Simple.DYN -> {
        wanted = Simple.DYN;
        result = Simple.DYN;
      }
      case Type other -> {
        mismatch(span(subscript.operand()), a(other) + " has no elements to pick by `[ ]`");
        return null;
      }
    }
    if (!fits(index, wanted, span(subscript.index()), "the index")) {
      return null;
    }
    if (index instanceof Expression.Literal(Object value, Type type, Span at)
        && value instanceof String header) {
      headerName(operand, header, NominalCheck.inside(at));
    }
    return new Expression.Call(Function.INDEX, List.of(operand, index), result, span);
  }

  /// A header asked for by a name that no header can have.
  void headerName(Expression map, String name, Span at) {
    String lower = name.toLowerCase(Locale.ROOT);
    boolean headers =
        map instanceof Expression.FactRead read && read.fact().name().equals("headers");
    if (headers && !lower.equals(name)) {
      out()
          .report(HEADER_NOT_LOWER_CASE, at, "`headers` has lower-case names only")
          .help("write `" + lower + "`")
          .fix(at, lower);
    }
  }

  private @Nullable Expression unary(Parsed.Unary unary) {
    Expression operand = check(unary.operand());
    if (operand == null) {
      return null;
    }
    Type type = operand.type();
    if (unary.operator() == Function.NOT) {
      return fits(operand, Simple.BOOL, span(unary.operand()), "`!`")
          ? new Expression.Call(Function.NOT, List.of(operand), Simple.BOOL, span(unary))
          : null;
    }
    if (operand instanceof Expression.Literal(Object value, Type literalType, Span at)
        && value instanceof Double number) {
      return new Expression.Literal(-number, Simple.DOUBLE, span(unary));
    }
    if (!Types.isNumber(type)) {
      mismatch(span(unary.operand()), "`-` takes a number, not " + a(type));
      return null;
    }
    return new Expression.Call(Function.NEGATE, List.of(operand), type, span(unary));
  }

  private @Nullable Expression choice(Parsed.Choice choice) {
    Expression condition = check(choice.condition());
    Expression then = check(choice.then());
    Expression otherwise = check(choice.otherwise());
    if (condition == null || then == null || otherwise == null) {
      return null;
    }
    if (!fits(condition, Simple.BOOL, span(choice.condition()), "the condition of `? :`")) {
      return null;
    }
    return conditional(condition, then, otherwise, span(choice));
  }

  /// A conditional whose two values have a type in common.
  @Nullable Expression conditional(
      Expression condition, Expression then, Expression otherwise, Span span) {
    Type type = Types.join(then.type(), otherwise.type());
    if (type == null) {
      mismatch(
          otherwise.span(),
          "one value is " + a(then.type()) + ", the other " + a(otherwise.type()));
      return null;
    }
    return new Expression.Conditional(
        condition, widened(then, type), widened(otherwise, type), type, span);
  }

  private @Nullable Expression elements(Parsed.Elements elements) {
    List<Expression> typed = checkAll(elements.elements());
    if (typed == null) {
      return null;
    }
    Type element = common(typed);
    return element == null
        ? null
        : new Expression.ListLiteral(
            typed.stream().map(each -> widened(each, element)).toList(),
            new Type.ListOf(element),
            span(elements));
  }

  private @Nullable Expression entries(Parsed.Entries entries) {
    List<Expression> keys = checkAll(entries.keys());
    List<Expression> values = checkAll(entries.values());
    if (keys == null || values == null) {
      return null;
    }
    Type key = common(keys);
    Type value = common(values);
    if (key == null || value == null) {
      return null;
    }
    boolean allowed =
        Types.isText(key) || key == Simple.INT || key == Simple.BOOL || key == Simple.DYN;
    if (!allowed) {
      mismatch(keys.getFirst().span(), a(key) + " cannot be a key of a map");
      return null;
    }
    List<Expression.MapLiteral.Entry> pairs = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      pairs.add(new Expression.MapLiteral.Entry(keys.get(i), widened(values.get(i), value)));
    }
    return new Expression.MapLiteral(pairs, new Type.MapOf(key, value), span(entries));
  }

  @Nullable List<Expression> checkAll(List<Parsed> all) {
    List<Expression> typed = new ArrayList<>();
    for (Parsed each : all) {
      Expression expression = check(each);
      if (expression != null) {
        typed.add(expression);
      }
    }
    return typed.size() == all.size() ? typed : null;
  }

  private @Nullable Type common(List<Expression> all) {
    Type type = Simple.DYN;
    for (Expression each : all) {
      Type joined = Types.join(type, each.type());
      if (joined == null) {
        mismatch(each.span(), "this is " + a(each.type()) + " among values of type " + type.word());
        return null;
      }
      type = joined;
    }
    return type;
  }

  /// An int where a double is asked for becomes one.
  static Expression widened(Expression expression, Type wanted) {
    if (wanted != Simple.DOUBLE || expression.type() != Simple.INT) {
      return expression;
    }
    if (expression instanceof Expression.Literal(Object value, Type type, Span span)
        && value instanceof Long whole) {
      return new Expression.Literal((double) whole.longValue(), Simple.DOUBLE, span);
    }
    return new Expression.Call(
        Function.TO_DOUBLE, List.of(expression), Simple.DOUBLE, expression.span());
  }

  /// Whether the expression may stand where `wanted` is asked for; reports when not.
  boolean fits(Expression expression, Type wanted, Span at, String place) {
    if (Types.fits(expression.type(), wanted)) {
      if (wanted instanceof Type.Nominal nominal) {
        nominals.check(expression, nominal);
      }
      return true;
    }
    if (expression.type() == Simple.STRING && wanted instanceof Type.Nominal nominal) {
      nominals.check(expression, nominal);
      return true;
    }
    var draft =
        out()
            .report(
                TYPE_MISMATCH, at, place + " takes " + a(wanted) + ", not " + a(expression.type()));
    if (wanted == Simple.BOOL && expression instanceof Expression.FactRead read) {
      draft.help(
          read.fact().absence() == Fact.Absence.NEVER
              ? "compare it with something"
              : "compare it with something, or ask `has(" + read.fact().name() + ")`");
    }
    return false;
  }

  Diagnostics.Draft mismatch(Span span, String message) {
    return out().report(TYPE_MISMATCH, span, message);
  }

  /// The type with its article.
  static String a(Type type) {
    String word = type.word();
    if (type == Simple.NULL || type == Simple.FINDINGS) {
      return "`" + word + "`";
    }
    boolean vowel = "aeio".indexOf(word.charAt(0)) >= 0;
    return (vowel ? "an " : "a ") + word;
  }
}
