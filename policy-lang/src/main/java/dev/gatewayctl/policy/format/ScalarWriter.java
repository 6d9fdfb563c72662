package dev.gatewayctl.policy.format;

import dev.gatewayctl.policy.checking.ExpressionFormatter;
import dev.gatewayctl.policy.syntax.ScalarText;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.ValueKind;
import java.util.List;

/// Writes one scalar in the style it has, lines behind the first at the indentation of its place.
final class ScalarWriter {
  private ScalarWriter() {}

  /// The text of a scalar from its first character on.
  ///
  /// @param indent of the lines behind the first
  /// @param flow inside a flow collection
  static String write(SyntaxNode.Scalar scalar, ValueKind kind, int indent, boolean flow) {
    boolean expression = kind == ValueKind.EXPRESSION;
    return switch (scalar.text().style()) {
      case PLAIN -> expression ? plainExpression(scalar, indent, flow) : lines(scalar, indent);
      case SINGLE -> expression ? quotedExpression(scalar, indent, '\'') : lines(scalar, indent);
      case DOUBLE -> expression ? quotedExpression(scalar, indent, '"') : lines(scalar, indent);
      case LITERAL -> block(scalar, indent, expression);
      case FOLDED -> block(scalar, indent, false);
    };
  }

  /// Whether the empty lines behind a block belong to it.
  static boolean keeps(SyntaxNode.Scalar scalar) {
    ScalarText.Style style = scalar.text().style();
    boolean block = style == ScalarText.Style.LITERAL || style == ScalarText.Style.FOLDED;
    return block && header(scalar).contains("+");
  }

  private static String plainExpression(SyntaxNode.Scalar scalar, int indent, boolean flow) {
    String raw = scalar.span().text();
    if (!raw.equals(scalar.value())) {
      return lines(scalar, indent);
    }
    String formatted = ExpressionFormatter.format(raw);
    return readsAsPlain(formatted, flow) ? formatted : raw;
  }

  private static boolean readsAsPlain(String text, boolean flow) {
    if (text.isEmpty() || text.contains("\n") || text.contains(": ") || text.contains(" #")) {
      return false;
    }
    boolean begins = Character.isLetterOrDigit(text.charAt(0)) || text.charAt(0) == '(';
    boolean inside = !flow || text.chars().noneMatch(c -> ",[]{}".indexOf(c) >= 0);
    return begins && inside && !text.endsWith(":") && text.equals(text.strip());
  }

  private static String quotedExpression(SyntaxNode.Scalar scalar, int indent, char quote) {
    String raw = scalar.span().text();
    String value = scalar.value();
    String bare = raw.substring(1, raw.length() - 1);
    if (!bare.equals(value)) {
      return lines(scalar, indent);
    }
    String formatted = ExpressionFormatter.format(value);
    boolean safe = formatted.indexOf(quote) < 0 && formatted.indexOf('\\') < 0;
    return safe && !formatted.contains("\n") ? quote + formatted + quote : raw;
  }

  /// Lines of a plain or quoted scalar; how far they are indented means nothing.
  private static String lines(SyntaxNode.Scalar scalar, int indent) {
    List<String> lines = scalar.span().text().lines().toList();
    if (lines.size() < 2) {
      return scalar.span().text();
    }
    boolean plain = scalar.text().style() == ScalarText.Style.PLAIN;
    var out = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      String line = i == 0 ? lines.get(i) : lines.get(i).stripLeading();
      String kept = plain ? line.stripTrailing() : line;
      if (i > 0) {
        out.append('\n').repeat(' ', kept.isEmpty() ? 0 : indent);
      }
      out.append(kept);
    }
    return out.toString();
  }

  /// The first line of a block. One that ends with the file, without a line end, must not get one.
  private static String header(SyntaxNode.Scalar scalar) {
    String header = scalar.span().text().lines().findFirst().orElse("").stripTrailing();
    boolean open = !scalar.value().endsWith("\n") && !scalar.value().isEmpty();
    int comment = header.indexOf(' ');
    String marks = comment < 0 ? header : header.substring(0, comment);
    String rest = header.substring(marks.length());
    return open && !marks.contains("-") ? marks.replace("+", "") + "-" + rest : header;
  }

  /// A block: its header, then its lines moved to the new indentation.
  private static String block(SyntaxNode.Scalar scalar, int indent, boolean expression) {
    String raw = scalar.span().text();
    String header = header(scalar);
    String value = scalar.value();
    boolean literal = scalar.text().style() == ScalarText.Style.LITERAL;
    if (expression && literal && header.startsWith("|-")) {
      String formatted = ExpressionFormatter.format(value);
      return blockOf(header, List.of(formatted.split("\n", -1)), indent);
    }
    List<String> lines = raw.lines().skip(1).toList();
    String block = blockOf(header, moved(lines, blockIndent(scalar)), indent);
    return keeps(scalar) ? block + keptLineEnds(value) : block;
  }

  /// The line ends at the end of a block that keeps them; its last line is not ended yet.
  private static String keptLineEnds(String value) {
    int text = value.length();
    while (text > 0 && value.charAt(text - 1) == '\n') {
      text--;
    }
    return "\n".repeat(value.length() - text + (text == 0 ? 1 : 0));
  }

  private static String blockOf(String header, List<String> lines, int indent) {
    var out = new StringBuilder(counted(header));
    for (String line : lines) {
      out.append('\n');
      if (!line.isEmpty()) {
        out.repeat(' ', indent).append(line);
      }
    }
    return out.toString();
  }

  /// The header with the indentation of the new place, when it states one.
  private static String counted(String header) {
    int end = Math.min(3, header.length());
    return header.substring(0, end).replaceFirst("[1-9]", "2") + header.substring(end);
  }

  private static List<String> moved(List<String> lines, int indent) {
    return lines.stream()
        .map(line -> line.length() <= indent ? "" : line.substring(indent))
        .toList();
  }

  /// The columns that are no part of the text: those before its first character that is no line
  /// end.
  private static int blockIndent(SyntaxNode.Scalar scalar) {
    String value = scalar.value();
    int first = 0;
    while (first < value.length() && value.charAt(first) == '\n') {
      first++;
    }
    if (first == value.length()) {
      return Integer.MAX_VALUE;
    }
    var place = scalar.text().span(first, first + 1);
    return place.start() - place.file().lineStart(place.file().line(place.start()));
  }
}
