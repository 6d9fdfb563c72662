package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.evaluation.Node.Failure;
import dev.gatewayctl.policy.evaluation.Node.Nothing;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Expression.Call;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Function;
import dev.gatewayctl.policy.expression.TextForms;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.pattern.Pattern;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns checked expressions into closures. Everything that names something is resolved here: at
/// run time there are slots and constants.
final class Lowering {
  /// The variables of the enclosing macros, outermost first; the place is the slot.
  private final List<String> locals = new ArrayList<>();

  private Lowering() {}

  static Node lower(Expression expression) {
    return new Lowering().node(expression);
  }

  private Node node(Expression expression) {
    return switch (expression) {
      case Expression.Literal literal -> constant(Comparison.inner(literal.value()));
      case Expression.FactRead read -> fact(read.fact());
      case Expression.LocalRead local -> {
        int slot = locals.lastIndexOf(local.name());
        yield facts -> facts.local(slot);
      }
      case Expression.FindingQuery query -> new FindingNode(query);
      case Expression.Select select -> select(select);
      case Expression.Has has -> has(has);
      case Call call -> call(call);
      case Expression.ListLiteral list -> list(list);
      case Expression.MapLiteral map -> map(map);
      case Expression.Conditional conditional -> conditional(conditional);
      case Expression.Comprehension macro -> macro(macro);
    };
  }

  private static Node constant(Object value) {
    return facts -> value;
  }

  private static Node fact(Fact fact) {
    Object absent =
        fact.absence() == Fact.Absence.NONE
            ? Nothing.ABSENT
            : new Failure("missing fact `" + fact.name() + "`");
    return facts -> {
      Object value = facts.read(fact);
      return value == null ? absent : value;
    };
  }

  private Node select(Expression.Select select) {
    Node operand = node(select.operand());
    String field = select.field();
    if (select.operand().type() == Type.Simple.FINDING) {
      return facts ->
          switch (operand.value(facts)) {
            case Failure failure -> failure;
            case Finding finding -> member(finding, field);
            case Object other -> Failure.WRONG_TYPE;
          };
    }
    Failure missing = new Failure("missing key `" + field + "`");
    boolean text = select.type() == Type.Simple.STRING;
    return facts ->
        switch (operand.value(facts)) {
          case Failure failure -> failure;
          case Map<?, ?> map -> {
            Object value = Maps.find(map, field);
            yield value == null ? missing : once(value, text);
          }
          case Object other -> Failure.WRONG_TYPE;
        };
  }

  /// A header that was sent more than once has no one value.
  private static Object once(Object value, boolean text) {
    return text && value instanceof List ? Failure.REPEATED_HEADER : value;
  }

  private static Object member(Finding finding, String field) {
    return switch (field) {
      case "kind" -> finding.kind();
      case "classes" -> List.copyOf(finding.classes());
      case "detector" -> finding.detector();
      case "location" -> finding.location().word();
      case "score" -> finding.score();
      case "latest" -> finding.latest();
      case String other -> Failure.MISSING_KEY;
    };
  }

  private Node has(Expression.Has has) {
    return switch (has.operand()) {
      case Expression.FactRead read -> {
        Fact fact = read.fact();
        yield facts -> facts.read(fact) != null;
      }
      case Expression.Select select -> {
        Node operand = node(select.operand());
        String field = select.field();
        yield facts ->
            switch (operand.value(facts)) {
              case Failure failure -> failure;
              case Map<?, ?> map -> map.containsKey(field);
              case Finding finding -> true;
              case Object other -> Failure.WRONG_TYPE;
            };
      }
      case Expression other -> constant(Failure.WRONG_TYPE);
    };
  }

  private Node list(Expression.ListLiteral list) {
    Node[] elements = nodes(list.elements());
    boolean literal = list.elements().stream().allMatch(Expression.Literal.class::isInstance);
    Node whole =
        facts -> {
          List<Object> values = new ArrayList<>(elements.length);
          for (Node element : elements) {
            Object value = element.value(facts);
            if (value instanceof Failure) {
              return value;
            }
            values.add(value);
          }
          return values;
        };
    if (!literal) {
      return whole;
    }
    List<Object> values =
        list.elements().stream()
            .map(each -> Comparison.inner(((Expression.Literal) each).value()))
            .toList();
    return constant(values);
  }

  private Node map(Expression.MapLiteral map) {
    Node[] keys = nodes(map.entries().stream().map(Expression.MapLiteral.Entry::key).toList());
    Node[] values = nodes(map.entries().stream().map(Expression.MapLiteral.Entry::value).toList());
    return facts -> {
      Map<Object, Object> made = new LinkedHashMap<>();
      for (int i = 0; i < keys.length; i++) {
        Object key = keys[i].value(facts);
        Object value = values[i].value(facts);
        if (key instanceof Failure || key instanceof Nothing) {
          return key instanceof Failure ? key : Failure.ABSENT;
        }
        if (value instanceof Failure) {
          return value;
        }
        if (Maps.find(made, key) != null) {
          return Failure.REPEATED_KEY;
        }
        made.put(key, value);
      }
      return made;
    };
  }

  private Node conditional(Expression.Conditional conditional) {
    Node condition = node(conditional.condition());
    Node then = node(conditional.then());
    Node otherwise = node(conditional.otherwise());
    return facts ->
        switch (condition.value(facts)) {
          case Boolean truth -> truth ? then.value(facts) : otherwise.value(facts);
          case Failure failure -> failure;
          case Object other -> Failure.WRONG_TYPE;
        };
  }

  private Node[] nodes(List<Expression> expressions) {
    return expressions.stream().map(this::node).toArray(Node[]::new);
  }

  private Node call(Call call) {
    List<Expression> arguments = call.arguments();
    Function function = call.function();
    return switch (function) {
      case AND -> LogicNode.of(false, arguments, nodes(arguments));
      case OR -> LogicNode.of(true, arguments, nodes(arguments));
      case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
          ComparisonNode.of(call, node(arguments.get(0)), node(arguments.get(1)));
      case IN -> membership(arguments.get(1), arguments.get(0));
      case CONTAINS -> contains(call);
      case MATCHES -> matches(call);
      case IN_NETWORK -> network(call);
      case GET -> get(call);
      case Function strict -> strict(call);
    };
  }

  /// `value in collection`; a literal list of texts is a hash set.
  private Node membership(Expression collection, Expression value) {
    Node wanted = node(value);
    if (collection instanceof Expression.ListLiteral list && allTexts(list)) {
      Set<Object> texts = new HashSet<>();
      list.elements().forEach(each -> texts.add(text(each)));
      return facts ->
          switch (wanted.value(facts)) {
            case Failure failure -> failure;
            case Object found -> texts.contains(found);
          };
    }
    Node whole = node(collection);
    return facts -> {
      Object asked = wanted.value(facts);
      Object all = whole.value(facts);
      if (asked instanceof Failure) {
        return asked;
      }
      return all instanceof Failure ? all : Maps.contains(all, asked);
    };
  }

  private static boolean allTexts(Expression.ListLiteral list) {
    return list.elements().stream()
        .allMatch(
            each ->
                each instanceof Expression.Literal literal && literal.value() instanceof String);
  }

  private static String text(Expression expression) {
    return expression instanceof Expression.Literal literal
            && literal.value() instanceof String text
        ? text
        : "";
  }

  private Node contains(Call call) {
    Expression receiver = call.arguments().get(0);
    if (receiver.type() instanceof Type.ListOf) {
      return membership(receiver, call.arguments().get(1));
    }
    Node whole = node(receiver);
    Node part = node(call.arguments().get(1));
    return facts -> {
      Object all = whole.value(facts);
      Object asked = part.value(facts);
      Object failure = failure(all, asked);
      if (failure != null) {
        return failure;
      }
      return all instanceof String
          ? Texts.apply(Function.CONTAINS, new Object[] {all, asked})
          : Maps.contains(all, asked);
    };
  }

  private static @Nullable Object failure(Object left, Object right) {
    if (left instanceof Failure || right instanceof Failure) {
      return left instanceof Failure ? left : right;
    }
    return left == Nothing.ABSENT || right == Nothing.ABSENT ? Failure.ABSENT : null;
  }

  private Node matches(Call call) {
    Node text = node(call.arguments().get(0));
    return switch (Pattern.parse(text(call.arguments().get(1)))) {
      case Pattern.Parsed.Valid(Pattern pattern) ->
          facts ->
              switch (text.value(facts)) {
                case String found -> pattern.find(found);
                case Failure failure -> failure;
                case Nothing absent -> Failure.ABSENT;
                case Object other -> Failure.WRONG_TYPE;
              };
      case Pattern.Parsed.Invalid invalid -> constant(new Failure("invalid pattern"));
    };
  }

  private Node network(Call call) {
    Node address = node(call.arguments().get(0));
    List<TextForms.Network> networks = new ArrayList<>();
    List<Expression> literals =
        call.arguments().get(1) instanceof Expression.ListLiteral list
            ? list.elements()
            : List.of(call.arguments().get(1));
    literals.forEach(each -> TextForms.network(text(each)).ifPresent(networks::add));
    return facts ->
        switch (address.value(facts)) {
          case InetAddress found -> {
            for (TextForms.Network network : networks) {
              if (network.contains(found)) {
                yield true;
              }
            }
            yield false;
          }
          case Failure failure -> failure;
          case Object other -> Failure.WRONG_TYPE;
        };
  }

  private Node get(Call call) {
    Node[] parts = nodes(call.arguments());
    boolean text = call.type() == Type.Simple.STRING;
    return facts -> {
      Object map = parts[0].value(facts);
      Object key = parts[1].value(facts);
      Object failure = failure(map, key);
      if (failure != null) {
        return failure;
      }
      if (!(map instanceof Map<?, ?> found)) {
        return Failure.WRONG_TYPE;
      }
      Object value = Maps.find(found, key);
      return value == null ? parts[2].value(facts) : once(value, text);
    };
  }

  /// A function that needs all its arguments.
  private Node strict(Call call) {
    Node[] parts = nodes(call.arguments());
    Function function = call.function();
    boolean text = function == Function.INDEX && call.type() == Type.Simple.STRING;
    return facts -> {
      Object[] values = new Object[parts.length];
      for (int i = 0; i < parts.length; i++) {
        Object value = parts[i].value(facts);
        if (value instanceof Failure) {
          return value;
        }
        if (value == Nothing.ABSENT) {
          return Failure.ABSENT;
        }
        values[i] = value;
      }
      return text ? once(apply(function, values), true) : apply(function, values);
    };
  }

  private static Object apply(Function function, Object[] values) {
    return switch (function) {
      case NOT -> values[0] instanceof Boolean truth ? (Object) !truth : Failure.WRONG_TYPE;
      case NEGATE -> Arithmetic.negate(values[0]);
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO ->
          Arithmetic.apply(function, values[0], values[1]);
      case INDEX -> Maps.index(values[0], values[1]);
      case SIZE -> size(values[0]);
      case TO_INT, TO_DOUBLE, TO_STRING, TO_BOOL, TO_BYTES, TO_DURATION, TO_TIMESTAMP ->
          Conversion.apply(function, values[0]);
      case PERCENT ->
          values[0] instanceof String text ? (Object) Texts.percent(text) : Failure.WRONG_TYPE;
      case JOIN -> Texts.join(values);
      case FULL_YEAR,
          MONTH,
          DATE,
          DAY_OF_MONTH,
          DAY_OF_WEEK,
          DAY_OF_YEAR,
          HOURS,
          MINUTES,
          SECONDS,
          MILLISECONDS,
          HOUR_AT,
          WEEKDAY_AT,
          DATE_AT ->
          Times.part(function, values);
      case STARTS_WITH,
          ENDS_WITH,
          LOWER_ASCII,
          UPPER_ASCII,
          TRIM,
          CHAR_AT,
          INDEX_OF,
          LAST_INDEX_OF,
          SUBSTRING,
          REPLACE,
          SPLIT ->
          Texts.apply(function, values);
      case AND,
          OR,
          EQUAL,
          NOT_EQUAL,
          LESS,
          LESS_OR_EQUAL,
          GREATER,
          GREATER_OR_EQUAL,
          IN,
          CONTAINS,
          MATCHES,
          GET,
          IN_NETWORK ->
          throw new IllegalStateException(function + " is not strict");
    };
  }

  private static Object size(Object value) {
    return switch (value) {
      case String text -> (long) text.codePointCount(0, text.length());
      case byte[] bytes -> (long) bytes.length;
      case List<?> list -> (long) list.size();
      case Map<?, ?> map -> (long) map.size();
      case Findings findings -> (long) findings.found().size();
      case Object other -> Failure.WRONG_TYPE;
    };
  }

  private Node macro(Expression.Comprehension macro) {
    Node range = node(macro.range());
    int slot = locals.size();
    locals.add(macro.variable());
    Node predicate = macro.predicate().map(this::node).orElse(constant(true));
    Node transform = macro.transform().map(this::node).orElse(facts -> facts.local(slot));
    locals.removeLast();
    return new MacroNode(macro.macro(), range, slot, predicate, transform);
  }
}
