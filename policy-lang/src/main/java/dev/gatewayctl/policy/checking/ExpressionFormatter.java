package dev.gatewayctl.policy.checking;

import dev.gatewayctl.policy.checking.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Normalises the spacing of an expression and nothing else.
public final class ExpressionFormatter {
  private static final Set<String> TIGHT_BEFORE = Set.of(")", "]", "}", ",", ".");
  private static final Set<String> TIGHT_AFTER = Set.of("(", "[", "{", ".", "!");
  private static final String INDENT = "  ";

  private final StringBuilder out = new StringBuilder();

  /// For each open bracket how many `?` wait for their colon, the text outside of brackets first.
  private final List<Integer> waiting = new ArrayList<>(List.of(0));

  /// The open brackets, outermost first.
  private final StringBuilder open = new StringBuilder();

  private @Nullable Token last;

  /// Whether `last` is a sign that belongs to the value after it.
  private boolean unary;

  /// Whether `last` is the operator `in`, not a method of that name.
  private boolean operatorIn;

  private ExpressionFormatter() {}

  /// The same tokens, comments and line breaks with spacing normalised: one space around operators,
  /// after commas and before comments, none inside brackets, continued lines indented by two spaces
  /// per open bracket, no empty lines. A text that is no sequence of tokens comes back as it is.
  /// `format(format(x))` is `format(x)`.
  public static String format(String text) {
    List<Token> tokens = Lexer.tokens(text, 0, text.length());
    for (Token token : tokens) {
      boolean broken =
          token.kind() == Kind.UNKNOWN
              || token.kind() == Kind.OPEN_STRING
              || token.kind() == Kind.BAD_NUMBER;
      if (broken) {
        return text;
      }
    }
    ExpressionFormatter formatter = new ExpressionFormatter();
    boolean newLine = false;
    for (Token token : tokens) {
      if (token.kind() == Kind.NEWLINE) {
        newLine = true;
      } else if (token.kind() != Kind.SPACE && token.kind() != Kind.END) {
        formatter.put(token, newLine);
        newLine = false;
      }
    }
    String formatted = formatter.out.toString();
    return words(Lexer.tokens(formatted, 0, formatted.length())).equals(words(tokens))
        ? formatted
        : text;
  }

  /// What must not change: the tokens but for spacing. In a text that is no expression, such as `0.
  /// 1`, spacing can keep tokens apart.
  private static List<String> words(List<Token> tokens) {
    return tokens.stream()
        .filter(token -> token.kind() != Kind.SPACE && token.kind() != Kind.NEWLINE)
        .map(token -> token.text().stripTrailing())
        .toList();
  }

  private void put(Token token, boolean newLine) {
    boolean closes = token.isSign(")") || token.isSign("]") || token.isSign("}");
    if (closes && !open.isEmpty()) {
      open.setLength(open.length() - 1);
      waiting.removeLast();
    }
    Token before = last;
    boolean key = isKey(token);
    if (before != null) {
      if (newLine) {
        out.append('\n').append(INDENT.repeat(Math.min(open.length(), Parser.DEEPEST)));
      } else if (!key && spaced(before, token)) {
        out.append(' ');
      }
    }
    out.append(token.kind() == Kind.COMMENT ? token.text().stripTrailing() : token.text());
    if (token.isSign("(") || token.isSign("[") || token.isSign("{")) {
      open.append(token.text());
      waiting.add(0);
    }
    if (token.kind() == Kind.COMMENT) {
      last = before == null ? token : before;
      return;
    }
    unary = (token.isSign("-") || token.isSign("!")) && (before == null || opensValue(before));
    operatorIn = token.isWord("in") && (before == null || !before.isSign("."));
    last = token;
  }

  private boolean spaced(Token before, Token token) {
    if (token.kind() == Kind.COMMENT) {
      return true;
    }
    if (before.kind() == Kind.SIGN && (unary || TIGHT_AFTER.contains(before.text()))) {
      return false;
    }
    if (token.kind() == Kind.SIGN && TIGHT_BEFORE.contains(token.text())) {
      return false;
    }
    return !(token.isSign("(") || token.isSign("[")) || operatorIn || !endsValue(before);
  }

  /// Whether the token is the colon after a key of a map; keeps count of those of `? :`.
  private boolean isKey(Token token) {
    int top = waiting.size() - 1;
    if (token.isSign("?")) {
      waiting.set(top, waiting.get(top) + 1);
    } else if (token.isSign(":") && waiting.get(top) > 0) {
      waiting.set(top, waiting.get(top) - 1);
    } else {
      return token.isSign(":") && !open.isEmpty() && open.charAt(open.length() - 1) == '{';
    }
    return false;
  }

  private static boolean endsValue(Token before) {
    return before.kind() == Kind.IDENTIFIER
        || before.kind() == Kind.STRING
        || before.isSign(")")
        || before.isSign("]")
        || before.isSign("}");
  }

  /// Whether a minus or `!` after this token belongs to the value that follows.
  private boolean opensValue(Token before) {
    return operatorIn
        || before.kind() == Kind.COMMENT
        || (before.kind() == Kind.SIGN && !endsValue(before));
  }
}
