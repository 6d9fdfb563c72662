package dev.gatewayctl.policy.syntax;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.diagnostic.Span;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reports the values that YAML does not read as their author meant, each with the way to write it,
/// and fills them so that the parser can go on.
final class Traps {
  private static final Pattern LITERAL_IN_LIST =
      Pattern.compile("('[^']*'|\"[^\"]*\") in ([a-z_][a-z0-9_.]*)");

  private static final Pattern NODE_MARK = Pattern.compile("[&*][A-Za-z0-9_-]+( .*)?");
  private static final Pattern NODE_NAME = Pattern.compile("[&*][A-Za-z0-9_-]+");
  private static final Pattern TAG = Pattern.compile("!(![a-z]+|[A-Za-z]+|<.*>)?( .*)?");

  private static final String KNOWN_ESCAPES = "0abt\tnvfre \"/\\N_LPxuU\r\n";

  private final SourceFile file;
  private final String text;
  private final Diagnostics out;
  private final StringBuilder repaired;

  /// Where a value stands.
  ///
  /// @param flow inside `{ }` or `[ ]`
  /// @param column of its key, when not in a flow collection
  record Place(ValueKind kind, boolean flow, int column) {}

  Traps(SourceFile file, String text, Diagnostics out) {
    this.file = file;
    this.text = text;
    this.out = out;
    this.repaired = new StringBuilder(text);
  }

  /// The text with what was reported made harmless, as long as before.
  String repaired() {
    return repaired.toString();
  }

  /// A space that YAML takes for a letter.
  void lookalikeSpace(int at) {
    Span span = new Span(file, at, at + 1);
    lookalike(span, text.charAt(at), out);
    repaired.setCharAt(at, ' ');
  }

  static void lookalike(Span span, int c, Diagnostics out) {
    String meant = Lookalikes.meant(c);
    String instead =
        meant == null || meant.isEmpty()
            ? "remove it"
            : meant.equals(" ") ? "write a plain space" : "write `" + meant + "`";
    out.report(DiagnosticCode.LOOKALIKE_CHARACTER, span, Lookalikes.name(c) + " stands here")
        .help(instead)
        .fix(span, meant == null ? "" : meant);
  }

  /// A value that begins with a character that YAML keeps for itself.
  void wrongStart(int start, int end, Place place) {
    String value = text.substring(start, end);
    Span span = fill(start, end);
    char first = value.charAt(0);
    boolean word = place.kind == ValueKind.EXPRESSION && NODE_NAME.matcher(value).matches();
    if ((place.kind == ValueKind.OTHER || word) && nodeMark(value, span)) {
      return;
    }
    boolean inside = "!&*@%`|>'\"[{".indexOf(first) < 0;
    String what =
        switch (place.kind) {
          case EXPRESSION -> "an expression";
          case PATTERN -> "a pattern";
          case TEXT -> "a text";
          case OTHER -> "a value";
        };
    String message =
        place.flow && (inside || first == '\'' || first == '"')
            ? what + " inside `{ }` or `[ ]` ends at a comma or bracket"
            : "%s at the beginning of %s means something else to YAML"
                .formatted(first == '`' ? "a back tick" : "`" + first + "`", what);
    report(span, value, message, place);
  }

  /// A `: ` inside a plain value.
  void colon(int start, int end, int colon, Place place) {
    String value = text.substring(start, end);
    Span span = fill(start, end);
    report(span, value, "`:` before a space begins a value to YAML, also in the middle", place)
        .label(new Span(file, colon, colon + 1), "here");
  }

  /// An escape in double quotes that YAML does not have, such as `\d`.
  boolean unknownEscape(int start, int lineEnd, Place place) {
    int end = TrapScan.quoteEnd(text, start);
    if (end < 0 || end > lineEnd) {
      return false;
    }
    int at = text.indexOf("\\", start + 1);
    while (at >= 0 && at < end - 1) {
      if (KNOWN_ESCAPES.indexOf(text.charAt(at + 1)) < 0) {
        Span escape = new Span(file, at, at + 2);
        String single = Quoting.single(text.substring(start + 1, end - 1));
        Span whole = fill(start, end);
        DiagnosticCode code =
            place.kind == ValueKind.PATTERN
                ? DiagnosticCode.PATTERN_NEEDS_QUOTES
                : DiagnosticCode.TEXT_NEEDS_QUOTES;
        out.report(code, escape, "`%s` is no escape of double quotes".formatted(escape.text()))
            .help("write it in single quotes, which change nothing: " + single)
            .fix(whole, single);
        return true;
      }
      at = text.indexOf("\\", at + 2);
    }
    return false;
  }

  /// Real anchors, aliases and tags.
  private boolean nodeMark(String value, Span span) {
    if (value.charAt(0) == '!' && TAG.matcher(value).matches()) {
      tag(span, out);
    } else if (!NODE_MARK.matcher(value).matches()) {
      return false;
    } else if (value.charAt(0) == '&') {
      anchor(span, out);
    } else {
      alias(span, out);
    }
    return true;
  }

  static void tag(Span span, Diagnostics out) {
    out.report(DiagnosticCode.TAG_NOT_ALLOWED, span, "tags are not read in a policy")
        .help("remove the tag, or quote the value if `!` belongs to it");
  }

  static void anchor(Span span, Diagnostics out) {
    out.report(DiagnosticCode.ANCHOR_NOT_ALLOWED, span, "anchors are not read in a policy")
        .help("write the value where it is needed, or name it in `let` or `lists`");
  }

  static void alias(Span span, Diagnostics out) {
    out.report(DiagnosticCode.ALIAS_NOT_ALLOWED, span, "aliases are not read in a policy")
        .help("write the value out, or quote it if `*` belongs to it");
  }

  private Diagnostics.Draft report(Span span, String value, String message, Place place) {
    return switch (place.kind) {
      case EXPRESSION -> expression(span, value, message, place);
      case PATTERN ->
          out.report(DiagnosticCode.PATTERN_NEEDS_QUOTES, span, message)
              .help("write it in single quotes: " + Quoting.single(value))
              .fix(span, Quoting.single(value));
      case TEXT, OTHER -> {
        boolean embedded = place.flow && value.contains("${");
        DiagnosticCode code =
            embedded ? DiagnosticCode.EXPRESSION_NEEDS_QUOTES : DiagnosticCode.TEXT_NEEDS_QUOTES;
        yield out.report(code, span, message)
            .help("write it in quotes: " + Quoting.best(value))
            .fix(span, Quoting.best(value));
      }
    };
  }

  private Diagnostics.Draft expression(Span span, String value, String message, Place place) {
    Diagnostics.Draft draft;
    if (place.flow) {
      draft =
          out.report(DiagnosticCode.EXPRESSION_NEEDS_QUOTES, span, message)
              .help("write it in quotes: " + Quoting.best(value))
              .fix(span, Quoting.best(value));
    } else {
      int lineEnd = file.lineEnd(file.line(span.end()));
      String comment = text.substring(span.end(), lineEnd).stripTrailing();
      String block = Quoting.block(value, comment, place.column + 2);
      draft =
          out.report(DiagnosticCode.EXPRESSION_NEEDS_BLOCK, span, message)
              .help("write `|-` and the expression on the next line, indented")
              .fix(new Span(file, span.start(), lineEnd), block);
    }
    Matcher literal = LITERAL_IN_LIST.matcher(value);
    if (literal.matches()) {
      draft.help("or `%s.contains(%s)`".formatted(literal.group(2), literal.group(1)));
    } else if (value.startsWith("!")) {
      draft.help("or put the expression in parentheses: `(" + value + ")`");
    }
    return draft;
  }

  private Span fill(int start, int end) {
    for (int i = start; i < end; i++) {
      if (!ScalarDecoder.isBreak(text.charAt(i))) {
        repaired.setCharAt(i, 'x');
      }
    }
    return new Span(file, start, end);
  }
}
