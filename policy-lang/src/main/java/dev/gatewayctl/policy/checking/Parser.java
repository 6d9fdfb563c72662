package dev.gatewayctl.policy.checking;

import static dev.gatewayctl.policy.diagnostic.DiagnosticCode.EXPRESSION_SYNTAX;
import static dev.gatewayctl.policy.diagnostic.DiagnosticCode.EXPRESSION_TOO_LARGE;
import static dev.gatewayctl.policy.diagnostic.DiagnosticCode.INVALID_LITERAL;

import dev.gatewayctl.policy.checking.Token.Kind;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.expression.Function;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.syntax.ScalarText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Tokens to syntax, by precedence climbing. After an error it goes on behind the next comma or
/// bracket, so that one run shows more than the first mistake; what is not there is [Parsed.Bad].
final class Parser {
  /// How deep brackets, operators and members may nest.
  static final int DEEPEST = 200;

  /// How many characters an expression may have.
  static final int LONGEST = 65_536;

  private final ScalarText text;
  private final Diagnostics out;
  private final List<Token> tokens;
  private int at;
  private int depth;
  private int lastProblem = -1;

  private Parser(ScalarText text, List<Token> tokens, Diagnostics out) {
    this.text = text;
    this.tokens = tokens;
    this.out = out;
  }

  /// Reads the characters `[start, end)` of a text as one expression.
  static Parsed parse(ScalarText text, int start, int end, Diagnostics out) {
    if (end - start > LONGEST) {
      out.report(EXPRESSION_TOO_LARGE, text.span(), "the expression is too long")
          .help("an expression has at most " + LONGEST + " characters");
      return new Parsed.Bad(start, end);
    }
    List<Token> tokens = new ArrayList<>();
    for (Token token : Lexer.tokens(text.value(), start, end)) {
      if (!token.isTrivia()) {
        tokens.add(token);
      }
    }
    Parser parser = new Parser(text, tokens, out);
    Parsed parsed = parser.expression();
    if (parser.peek().kind() != Kind.END) {
      parser.surplus();
      return new Parsed.Bad(start, end);
    }
    return parsed;
  }

  private Parsed expression() {
    Token first = peek();
    if (++depth > DEEPEST) {
      depth--;
      tooDeep(first);
      at = tokens.size() - 1;
      return new Parsed.Bad(first.start(), first.end());
    }
    Parsed condition = binary(1);
    Parsed result = condition;
    if (peek().isSign("?")) {
      at++;
      Parsed then = expression();
      expect(":", "the other value of `? :`");
      Parsed otherwise = expression();
      result = new Parsed.Choice(condition, then, otherwise, first.start(), lastEnd());
    }
    depth--;
    return result;
  }

  private Parsed binary(int least) {
    Token first = peek();
    Parsed left = unary();
    int links = 0;
    while (true) {
      Token sign = peek();
      Function operator = operator(sign);
      int precedence = operator == null ? 0 : operator.precedence();
      if (operator == null || precedence < least) {
        depth -= links;
        return left;
      }
      at++;
      Parsed right = binary(precedence + 1);
      if (joins(left, operator, first.start())) {
        ((Parsed.Operation) left).operands().add(right);
        List<Parsed> operands = ((Parsed.Operation) left).operands();
        left = new Parsed.Operation(operator, operands, sign.start(), first.start(), lastEnd());
        continue;
      }
      if (++depth > DEEPEST) {
        tooDeep(sign);
        at = tokens.size() - 1;
        left = new Parsed.Bad(first.start(), lastEnd());
      } else {
        List<Parsed> operands = new ArrayList<>(List.of(left, right));
        left = new Parsed.Operation(operator, operands, sign.start(), first.start(), lastEnd());
      }
      links++;
    }
  }

  /// Whether `left` is an unbracketed chain of the same `&&` or `||`.
  private static boolean joins(Parsed left, Function operator, int start) {
    return (operator == Function.AND || operator == Function.OR)
        && left instanceof Parsed.Operation chain
        && chain.operator() == operator
        && chain.operands().getFirst().start() == start;
  }

  private Parsed unary() {
    Token sign = peek();
    if (!sign.isSign("!") && !sign.isSign("-")) {
      return postfix();
    }
    if (++depth > DEEPEST) {
      depth--;
      tooDeep(sign);
      at = tokens.size() - 1;
      return new Parsed.Bad(sign.start(), sign.end());
    }
    at++;
    Parsed result;
    boolean minus = sign.isSign("-");
    if (minus && peek().kind() == Kind.INT) {
      Token digits = peek();
      at++;
      Parsed number = integer(digits, "-" + digits.text(), sign.start());
      result = postfix(number, sign.start());
    } else {
      Parsed operand = unary();
      Function operator = minus ? Function.NEGATE : Function.NOT;
      result = new Parsed.Unary(operator, operand, sign.start(), lastEnd());
    }
    depth--;
    return result;
  }

  private Parsed postfix() {
    int start = peek().start();
    return postfix(primary(), start);
  }

  private Parsed postfix(Parsed primary, int start) {
    Parsed result = primary;
    int links = 0;
    while (true) {
      Token sign = peek();
      if (!sign.isSign(".") && !sign.isSign("[")) {
        depth -= links;
        return result;
      }
      if (++depth > DEEPEST) {
        depth -= links + 1;
        tooDeep(sign);
        at = tokens.size() - 1;
        return new Parsed.Bad(start, lastEnd());
      }
      links++;
      at++;
      if (sign.isSign("[")) {
        Parsed index = expression();
        close("]");
        result = new Parsed.Subscript(result, index, start, lastEnd());
        continue;
      }
      Token name = peek();
      if (name.kind() != Kind.IDENTIFIER) {
        problem(name, "a name is missing after `.`");
        depth -= links;
        return new Parsed.Bad(start, lastEnd());
      }
      at++;
      if (peek().isSign("(")) {
        List<Parsed> arguments = arguments();
        result = invoke(result, name, arguments, start);
      } else {
        result = new Parsed.Member(result, name.text(), name.start(), name.end());
      }
    }
  }

  private Parsed primary() {
    Token token = peek();
    return switch (token.kind()) {
      case INT -> {
        at++;
        yield integer(token, token.text(), token.start());
      }
      case DOUBLE -> {
        at++;
        Double value = Double.valueOf(token.text());
        if (value.isInfinite()) {
          literal(token, "the number is too large");
        }
        yield new Parsed.Constant(value, Type.Simple.DOUBLE, token.start(), token.end());
      }
      case STRING -> {
        at++;
        yield string(token);
      }
      case IDENTIFIER -> word(token);
      case BAD_NUMBER -> {
        at++;
        badNumber(token);
        yield new Parsed.Bad(token.start(), token.end());
      }
      case OPEN_STRING -> {
        at++;
        out.report(INVALID_LITERAL, span(token), "the text has no closing quote")
            .help("end it with the quote that begins it");
        lastProblem = at;
        yield new Parsed.Bad(token.start(), token.end());
      }
      case SIGN -> bracket(token);
      case UNKNOWN, END, SPACE, NEWLINE, COMMENT -> missing(token);
    };
  }

  private Parsed bracket(Token token) {
    if (token.isSign("(")) {
      at++;
      Parsed inner = expression();
      close(")");
      return inner;
    }
    if (token.isSign("[")) {
      at++;
      List<Parsed> elements = new ArrayList<>();
      while (!peek().isSign("]") && peek().kind() != Kind.END) {
        elements.add(expression());
        if (!comma("]")) {
          break;
        }
      }
      close("]");
      return new Parsed.Elements(elements, token.start(), lastEnd());
    }
    if (token.isSign("{")) {
      at++;
      return entries(token);
    }
    return missing(token);
  }

  private Parsed entries(Token open) {
    List<Parsed> keys = new ArrayList<>();
    List<Parsed> values = new ArrayList<>();
    while (!peek().isSign("}") && peek().kind() != Kind.END) {
      keys.add(expression());
      expect(":", "the value of this key");
      values.add(expression());
      if (!comma("}")) {
        break;
      }
    }
    close("}");
    return new Parsed.Entries(keys, values, open.start(), lastEnd());
  }

  private Parsed word(Token token) {
    at++;
    int start = token.start();
    switch (token.text()) {
      case "true", "false" -> {
        Boolean value = Boolean.valueOf(token.text());
        return new Parsed.Constant(value, Type.Simple.BOOL, start, token.end());
      }
      case "null" -> {
        return new Parsed.Constant(null, Type.Simple.NULL, start, token.end());
      }
      case "in" -> {
        at--;
        return missing(token);
      }
      case String other -> {}
    }
    if (peek().isSign("(")) {
      return invoke(null, token, arguments(), start);
    }
    Token next = peek();
    boolean operand =
        next.kind() == Kind.IDENTIFIER || next.kind() == Kind.STRING || next.kind() == Kind.INT;
    if (token.isWord("not") && operand && !next.isWord("in")) {
      out.report(EXPRESSION_SYNTAX, span(token), "`not` is no operator")
          .help("write `!`")
          .fix(span(token), "!");
      return unary();
    }
    return new Parsed.Name(token.text(), start, token.end());
  }

  private Parsed invoke(@Nullable Parsed target, Token name, List<Parsed> arguments, int start) {
    return new Parsed.Invoke(
        target, name.text(), name.start(), name.end(), arguments, start, lastEnd());
  }

  private List<Parsed> arguments() {
    at++;
    List<Parsed> arguments = new ArrayList<>();
    while (!peek().isSign(")") && peek().kind() != Kind.END) {
      arguments.add(expression());
      if (!comma(")")) {
        break;
      }
    }
    close(")");
    return arguments;
  }

  /// Goes over a comma, or after a mistake to the next one of this bracket.
  private boolean comma(String close) {
    if (peek().isSign(",")) {
      at++;
      return true;
    }
    if (peek().isSign(close) || peek().kind() == Kind.END) {
      return false;
    }
    surplus();
    int open = 0;
    for (; peek().kind() != Kind.END; at++) {
      Token token = peek();
      if (open == 0 && token.isSign(",")) {
        at++;
        return true;
      }
      if (open == 0 && token.isSign(close)) {
        return false;
      }
      if (token.isSign("(") || token.isSign("[") || token.isSign("{")) {
        open++;
      } else if (token.isSign(")") || token.isSign("]") || token.isSign("}")) {
        open--;
      }
      if (open < 0) {
        return false;
      }
    }
    return false;
  }

  private void close(String sign) {
    if (peek().isSign(sign)) {
      at++;
      return;
    }
    if (peek().kind() == Kind.END) {
      problem(peek(), "a `" + sign + "` is missing at the end");
    } else {
      surplus();
      at = tokens.size() - 1;
    }
  }

  private void expect(String sign, String what) {
    if (peek().isSign(sign)) {
      at++;
    } else {
      problem(peek(), "`" + sign + "` and " + what + " are missing");
    }
  }

  private Parsed string(Token token) {
    StringLiteral literal = StringLiteral.read(token);
    StringLiteral.Problem problem = literal.problem();
    if (problem != null) {
      Span span = text.span(problem.start(), problem.end());
      out.report(INVALID_LITERAL, span, problem.why() + " `" + span.text() + "`")
          .help("a backslash itself is written `\\\\`, or begin the text with `r`");
      return new Parsed.Bad(token.start(), token.end());
    }
    return new Parsed.Text(literal, token.start(), token.end());
  }

  private Parsed integer(Token token, String written, int start) {
    boolean hex = token.text().startsWith("0x") || token.text().startsWith("0X");
    String digits = hex ? written.replaceFirst("0[xX]", "") : written;
    try {
      Long value = Long.valueOf(digits, hex ? 16 : 10);
      return new Parsed.Constant(value, Type.Simple.INT, start, token.end());
    } catch (NumberFormatException tooLarge) {
      literal(token, "the number does not fit 64 bits");
      return new Parsed.Bad(start, token.end());
    }
  }

  private void literal(Token token, String message) {
    out.report(INVALID_LITERAL, span(token), message);
  }

  private void badNumber(Token token) {
    var draft = out.report(INVALID_LITERAL, span(token), "`" + token.text() + "` is no number");
    NumberUnit.plain(token.text())
        .ifPresent(plain -> draft.help("write `" + plain + "`").fix(span(token), plain));
  }

  private Parsed missing(Token token) {
    if (token.kind() == Kind.END) {
      problem(
          token,
          tokens.size() == 1 ? "the expression is empty" : "something is missing at the end");
    } else {
      problem(token, "a value is missing before `" + token.text() + "`");
      if (token.kind() == Kind.UNKNOWN) {
        at++;
      }
    }
    return new Parsed.Bad(token.start(), token.end());
  }

  /// Something stands where an operator, a comma or the end was expected.
  private void surplus() {
    Token token = peek();
    if (lastProblem == at) {
      return;
    }
    lastProblem = at;
    String shown = "`" + token.text() + "`";
    Optional<String> operator = meant(token);
    var draft =
        operator.isPresent()
            ? out.report(EXPRESSION_SYNTAX, span(token), shown + " is no operator")
            : out.report(EXPRESSION_SYNTAX, span(token), shown + " cannot stand here");
    operator.ifPresent(sign -> draft.help("write `" + sign + "`").fix(span(token), sign));
    boolean bitwise = token.text().equals("&") || token.text().equals("|");
    if (operator.isEmpty() && !bitwise && token.kind() != Kind.SIGN) {
      draft.help("an operator such as `&&` or `==` is missing before it");
    }
  }

  private static Optional<String> meant(Token token) {
    return switch (token.text()) {
      case "and", "AND", "&" -> Optional.of("&&");
      case "or", "OR", "|" -> Optional.of("||");
      case "=", "is", "eq" -> Optional.of("==");
      case "mod" -> Optional.of("%");
      case String other -> Optional.empty();
    };
  }

  private void tooDeep(Token token) {
    if (lastProblem != at) {
      out.report(EXPRESSION_TOO_LARGE, span(token), "the expression nests too deep")
          .help("it may nest " + DEEPEST + " levels; `let` gives a part a name");
    }
    lastProblem = tokens.size() - 1;
  }

  private void problem(Token token, String message) {
    if (lastProblem != at) {
      out.report(EXPRESSION_SYNTAX, span(token), message);
      lastProblem = at;
    }
  }

  private static @Nullable Function operator(Token token) {
    if (token.isWord("in")) {
      return Function.IN;
    }
    if (token.kind() != Kind.SIGN) {
      return null;
    }
    return switch (token.text()) {
      case "||" -> Function.OR;
      case "&&" -> Function.AND;
      case "==" -> Function.EQUAL;
      case "!=" -> Function.NOT_EQUAL;
      case "<" -> Function.LESS;
      case "<=" -> Function.LESS_OR_EQUAL;
      case ">" -> Function.GREATER;
      case ">=" -> Function.GREATER_OR_EQUAL;
      case "+" -> Function.ADD;
      case "-" -> Function.SUBTRACT;
      case "*" -> Function.MULTIPLY;
      case "/" -> Function.DIVIDE;
      case "%" -> Function.MODULO;
      case String other -> null;
    };
  }

  private Token peek() {
    return tokens.get(at);
  }

  private int lastEnd() {
    return at == 0 ? tokens.getFirst().start() : tokens.get(at - 1).end();
  }

  private Span span(Token token) {
    return text.span(token.start(), token.end());
  }
}
