package dev.gatewayctl.policy.checking;

import dev.gatewayctl.policy.checking.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Cuts an expression into tokens without losing a character.
final class Lexer {
  private static final String[] SIGNS = {
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",",
    "(", ")", "[", "]", "{", "}"
  };

  private final String text;
  private final int end;
  private int at;

  private Lexer(String text, int start, int end) {
    this.text = text;
    this.at = start;
    this.end = end;
  }

  /// The tokens of `[start, end)`; the last one is `END`.
  static List<Token> tokens(String text, int start, int end) {
    Lexer lexer = new Lexer(text, start, end);
    List<Token> tokens = new ArrayList<>();
    Token token;
    do {
      token = lexer.next();
      tokens.add(token);
    } while (token.kind() != Kind.END);
    return tokens;
  }

  /// The token that begins at `start`.
  static Token at(String text, int start) {
    return new Lexer(text, start, text.length()).next();
  }

  private Token next() {
    int start = at;
    if (at >= end) {
      return token(Kind.END, start);
    }
    char c = text.charAt(at);
    if (c == '\n') {
      at++;
      return token(Kind.NEWLINE, start);
    }
    if (isSpace(c)) {
      while (at < end && isSpace(text.charAt(at))) {
        at++;
      }
      return token(Kind.SPACE, start);
    }
    if (text.startsWith("//", at) && at + 1 < end) {
      while (at < end && text.charAt(at) != '\n') {
        at++;
      }
      return token(Kind.COMMENT, start);
    }
    if (c == '"' || c == '\'') {
      return string(start, false);
    }
    if (isLetter(c)) {
      return word(start);
    }
    if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
      return number(start);
    }
    for (String sign : SIGNS) {
      if (text.startsWith(sign, at) && at + sign.length() <= end) {
        at += sign.length();
        return token(Kind.SIGN, start);
      }
    }
    at += Character.charCount(text.codePointAt(at));
    at = Math.min(at, end);
    return token(Kind.UNKNOWN, start);
  }

  private Token word(int start) {
    while (at < end && (isLetter(text.charAt(at)) || isDigit(text.charAt(at)))) {
      at++;
    }
    boolean quote = at < end && (text.charAt(at) == '"' || text.charAt(at) == '\'');
    if (quote && isPrefix(text.substring(start, at))) {
      return string(start, text.substring(start, at).toLowerCase(Locale.ROOT).contains("r"));
    }
    return token(Kind.IDENTIFIER, start);
  }

  private static boolean isPrefix(String word) {
    return switch (word) {
      case "r", "R", "b", "B", "rb", "rB", "Rb", "RB", "br", "bR", "Br", "BR" -> true;
      case String other -> false;
    };
  }

  private Token string(int start, boolean raw) {
    char quote = text.charAt(at);
    String triple = String.valueOf(quote).repeat(3);
    boolean isTriple = text.startsWith(triple, at) && at + 3 <= end;
    at += isTriple ? 3 : 1;
    while (at < end) {
      char c = text.charAt(at);
      if (c == '\\' && !raw) {
        at = Math.min(at + 2, end);
      } else if (isTriple && text.startsWith(triple, at) && at + 3 <= end) {
        at += 3;
        return token(Kind.STRING, start);
      } else if (!isTriple && c == quote) {
        at++;
        return token(Kind.STRING, start);
      } else if (!isTriple && c == '\n') {
        break;
      } else {
        at++;
      }
    }
    return token(Kind.OPEN_STRING, start);
  }

  private Token number(int start) {
    Kind kind = Kind.INT;
    if (text.charAt(at) == '0' && (peek(1) == 'x' || peek(1) == 'X') && isHex(peek(2))) {
      at += 2;
      while (at < end && isHex(text.charAt(at))) {
        at++;
      }
    } else {
      digits();
      if (peek(0) == '.' && isDigit(peek(1))) {
        at++;
        digits();
        kind = Kind.DOUBLE;
      }
      boolean signed = peek(1) == '+' || peek(1) == '-';
      boolean exponent = peek(0) == 'e' || peek(0) == 'E';
      if (exponent && isDigit(peek(signed ? 2 : 1))) {
        at += signed ? 2 : 1;
        digits();
        kind = Kind.DOUBLE;
      }
    }
    if (at < end && isLetter(text.charAt(at))) {
      while (at < end && (isLetter(text.charAt(at)) || isDigit(text.charAt(at)))) {
        at++;
      }
      kind = Kind.BAD_NUMBER;
    }
    return token(kind, start);
  }

  private void digits() {
    while (at < end && isDigit(text.charAt(at))) {
      at++;
    }
  }

  private char peek(int ahead) {
    return at + ahead < end ? text.charAt(at + ahead) : '\0';
  }

  private Token token(Kind kind, int start) {
    return new Token(kind, start, at, text.substring(start, at));
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isHex(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}
