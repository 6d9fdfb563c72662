package dev.gatewayctl.policy.checking;

/// A stretch of an expression's text. The tokens of a text cover all of it, spaces and comments
/// included.
///
/// @param start offset of its first character
/// @param end offset after its last one
record Token(Kind kind, int start, int end, String text) {
  enum Kind {
    IDENTIFIER,
    INT,
    DOUBLE,
    /// A text or bytes literal with prefix and quotes.
    STRING,
    /// A sign: an operator or a bracket.
    SIGN,
    SPACE,
    NEWLINE,
    COMMENT,
    /// Digits that run into letters, such as `4k` or `5u`.
    BAD_NUMBER,
    /// A literal without its closing quote.
    OPEN_STRING,
    /// A character that begins no token.
    UNKNOWN,
    END
  }

  boolean isSign(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }

  boolean isWord(String word) {
    return kind == Kind.IDENTIFIER && text.equals(word);
  }

  boolean isTrivia() {
    return kind == Kind.SPACE || kind == Kind.NEWLINE || kind == Kind.COMMENT;
  }
}
