package dev.gatewayctl.policy.syntax;

/// How a text is written so that YAML leaves it alone.
final class Quoting {
  private Quoting() {}

  /// In single quotes, which change nothing but the quote itself.
  static String single(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /// In double quotes when that needs no escapes, else in single ones: the form that reads best.
  static String best(String text) {
    return text.indexOf('"') < 0 && text.indexOf('\\') < 0 ? '"' + text + '"' : single(text);
  }

  /// As a literal block whose lines stand `indent` columns in; a comment stays on the line of its
  /// header.
  static String block(String text, String comment, int indent) {
    return "|-" + comment + "\n" + " ".repeat(indent) + text;
  }
}
