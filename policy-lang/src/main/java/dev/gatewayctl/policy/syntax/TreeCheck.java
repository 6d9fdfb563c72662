package dev.gatewayctl.policy.syntax;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.diagnostic.Span;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds what is valid YAML and yet cannot be what its author meant: values cut short, split or
/// folded, empty, or of characters that only look right.
final class TreeCheck {
  private static final Set<String> VALUE_WORDS =
      Set.of("null", "~", "true", "false", "yes", "no", "y", "n", "off");

  private static final Set<String> RULE_KEYS =
      Set.of("when", "deny", "mask", "require", "allow", "mode", "set", "tag", "alert", "reject");

  private static final Set<String> PHASES =
      Set.of("connect", "request", "target", "response", "settle");

  private final SourceFile file;
  private final String text;
  private final Diagnostics out;

  private TreeCheck(SourceFile file, String text, Diagnostics out) {
    this.file = file;
    this.text = text;
    this.out = out;
  }

  static void check(SourceFile file, String text, SyntaxNode tree, Diagnostics out) {
    var check = new TreeCheck(file, text, out);
    check.node(tree, null, false);
    int end = check.gaps(tree, text.startsWith("\uFEFF") ? 1 : 0);
    check.gap(end, text.length());
  }

  static void tab(Span span, Diagnostics out) {
    out.report(DiagnosticCode.TAB_NOT_ALLOWED, span, "a tab")
        .help("write spaces; in double quotes a tab is `\\t`");
  }

  private void node(SyntaxNode node, ValueKind.@Nullable Path path, boolean flow) {
    switch (node) {
      case SyntaxNode.Mapping mapping -> mapping(mapping, path, flow);
      case SyntaxNode.Sequence sequence -> {
        boolean inside = flow || sequence.flow();
        int split = -1;
        for (int i = 0; i < sequence.items().size(); i++) {
          SyntaxNode item = sequence.items().get(i);
          if (split < i && inside) {
            split = splitEnd(sequence.items(), i, ValueKind.of(path));
          }
          if (item instanceof SyntaxNode.Scalar scalar && scalar.isEmpty()) {
            empty(
                new Span(file, Math.max(0, item.span().start() - 1), item.span().start()), "item");
          } else if (split < i) {
            node(item, path, inside);
          }
        }
      }
      case SyntaxNode.Scalar scalar -> scalar(scalar, ValueKind.of(path));
    }
  }

  private void mapping(SyntaxNode.Mapping mapping, ValueKind.@Nullable Path path, boolean flow) {
    boolean inside = flow || mapping.flow();
    List<SyntaxNode.Entry> entries = mapping.entries();
    int split = -1;
    for (int i = 0; i < entries.size(); i++) {
      SyntaxNode.Entry entry = entries.get(i);
      if (i <= split) {
        continue;
      }
      var below = new ValueKind.Path(path, entry.name());
      key(mapping, entry);
      if (mapping.flow()) {
        split = Math.max(i, splitEnd(entries, i, below));
      }
      if (split > i) {
        continue;
      }
      if (entry.value() instanceof SyntaxNode.Scalar scalar && scalar.isEmpty()) {
        empty(entry.key().span(), entry.name());
      } else {
        node(entry.value(), below, inside);
      }
    }
  }

  private void empty(Span span, String name) {
    String instead =
        name.equals("when")
            ? "leave the key out for a rule that always applies, or write a condition"
            : "write a value, or remove it; nothing is `{}`, `[]` or `\"\"`";
    String what =
        name.equals("item") ? "an item of a list is empty" : "`%s` has no value".formatted(name);
    out.report(DiagnosticCode.EMPTY_VALUE, span, what).help(instead);
  }

  private void key(SyntaxNode.Mapping mapping, SyntaxNode.Entry entry) {
    String name = entry.name();
    Span span = entry.key().span();
    if (entry.key().text().style() != ScalarText.Style.PLAIN) {
      return;
    }
    if (name.equalsIgnoreCase("true") && meantOn(mapping, entry)) {
      out.report(DiagnosticCode.UNKNOWN_KEY, span, "unknown key `%s`".formatted(name))
          .label("`on`, written by a tool of YAML 1.1")
          .help("write `on`")
          .fix(span, "on");
    } else if (VALUE_WORDS.contains(name.toLowerCase(Locale.ROOT))) {
      out.report(
              DiagnosticCode.NAME_LOOKS_LIKE_VALUE,
              span,
              "the name `%s` is a value to other readers of YAML".formatted(name))
          .help("quote it or choose another name")
          .fix(span, Quoting.best(name));
    }
    lookalikes(entry.key().text(), 0);
  }

  private static boolean meantOn(SyntaxNode.Mapping mapping, SyntaxNode.Entry entry) {
    boolean phase =
        switch (entry.value()) {
          case SyntaxNode.Scalar scalar -> PHASES.contains(scalar.value());
          case SyntaxNode.Sequence sequence ->
              sequence.items().stream()
                  .anyMatch(
                      item -> item instanceof SyntaxNode.Scalar s && PHASES.contains(s.value()));
          case SyntaxNode.Mapping _ -> false;
        };
    return phase || mapping.entries().stream().anyMatch(e -> RULE_KEYS.contains(e.name()));
  }

  private void scalar(SyntaxNode.Scalar scalar, ValueKind kind) {
    ScalarText value = scalar.text();
    if (value.style() == ScalarText.Style.DOUBLE) {
      controls(value);
    }
    ExpressionMarks marks = ExpressionMarks.of(value.value());
    if (value.style() == ScalarText.Style.PLAIN) {
      cut(scalar, kind, marks);
    }
    if (kind == ValueKind.EXPRESSION) {
      comments(value, marks);
      for (int at : marks.lookalikes()) {
        int c = value.value().codePointAt(at);
        Traps.lookalike(value.span(at, at + Character.charCount(c)), c, out);
      }
    } else if (kind == ValueKind.OTHER && value.style() == ScalarText.Style.PLAIN) {
      lookalikes(value, 0);
    }
  }

  private void lookalikes(ScalarText value, int from) {
    String written = value.value();
    for (int i = from; i < written.length(); ) {
      int c = written.codePointAt(i);
      int width = Character.charCount(c);
      String meant = Lookalikes.meant(c);
      if (meant != null) {
        Traps.lookalike(value.span(i, i + width), c, out);
      }
      i += width;
    }
  }

  /// Escapes that make characters nobody types, such as the backspace of `"\b"`.
  private void controls(ScalarText value) {
    String decoded = value.value();
    for (int i = 0; i < decoded.length(); i++) {
      char c = decoded.charAt(i);
      boolean control = (c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7f;
      if (control) {
        Span span = value.span(i, i + 1);
        String raw = value.span().text();
        String single = Quoting.single(raw.substring(1, raw.length() - 1));
        out.report(
                DiagnosticCode.CONTROL_CHARACTER,
                span,
                "`%s` in double quotes is %s".formatted(span.text(), name(c)))
            .help("in single quotes nothing is changed: " + single)
            .fix(value.span(), single);
        return;
      }
    }
  }

  private static String name(char c) {
    return switch (c) {
      case '\b' -> "a backspace";
      case '\f' -> "a form feed";
      case '\u0007' -> "a bell";
      case '\u000b' -> "a vertical tab";
      case '\u001b' -> "an escape character";
      default -> "a control character (U+%04X)".formatted((int) c);
    };
  }

  /// A plain value ends at ` #`, also where the author went on.
  private void cut(SyntaxNode.Scalar scalar, ValueKind kind, ExpressionMarks marks) {
    int end = scalar.span().end();
    int hash = end;
    while (hash < text.length() && ScalarDecoder.isBlank(text.charAt(hash))) {
      hash++;
    }
    if (scalar.isEmpty() || hash == end || hash >= text.length() || text.charAt(hash) != '#') {
      return;
    }
    int lineEnd = file.lineEnd(file.line(hash));
    Span comment = new Span(file, hash, lineEnd);
    if (kind == ValueKind.EXPRESSION && (marks.openQuote() || marks.open() > 0)) {
      out.error(DiagnosticCode.COMMENT_CUTS_VALUE, comment, "the expression ends at ` #`")
          .label("read as a comment")
          .help("write `|-` and the expression on the next line, indented");
    } else if (hash + 1 < lineEnd && Character.isLetterOrDigit(text.charAt(hash + 1))) {
      out.warning(DiagnosticCode.COMMENT_CUTS_VALUE, comment, "the value ends at ` #`")
          .label("read as a comment")
          .help("quote the value, or put a space behind `#` to say that it is a comment");
    }
  }

  /// `//` begins a comment up to the line end; where lines fold there is none.
  private void comments(ScalarText value, ExpressionMarks marks) {
    if (value.style() == ScalarText.Style.LITERAL) {
      return;
    }
    int lastLine = file.line(Math.max(value.span().start(), value.span().end() - 1));
    for (int at : marks.comments()) {
      Span span = value.span(at, at + 2);
      if (file.line(span.start()) < lastLine) {
        out.report(
                DiagnosticCode.COMMENT_IN_EXPRESSION,
                span,
                "`//` hides the rest of the expression, because its lines are folded into one")
            .help("write the expression as a block that begins with `|-`, which keeps its lines");
        return;
      }
    }
  }

  /// The last item that was meant to belong to item `first`; `first` itself when it was not split.
  private int splitEnd(List<SyntaxNode> items, int first, ValueKind kind) {
    if (!(items.get(first) instanceof SyntaxNode.Scalar scalar)
        || scalar.text().style() != ScalarText.Style.PLAIN
        || !unfinished(scalar.value(), kind)) {
      return -1;
    }
    for (int last = first + 1; last < items.size(); last++) {
      String joined = text.substring(scalar.span().start(), items.get(last).span().end());
      if (!unfinished(joined, kind)) {
        split(scalar.span().to(items.get(last).span()), joined);
        return last;
      }
    }
    return -1;
  }

  /// The same for the entries of a mapping in braces; a piece without a value is text, too.
  private int splitEnd(List<SyntaxNode.Entry> entries, int first, ValueKind.Path path) {
    SyntaxNode value = entries.get(first).value();
    if (!(value instanceof SyntaxNode.Scalar scalar)
        || scalar.isEmpty()
        || scalar.text().style() != ScalarText.Style.PLAIN) {
      return -1;
    }
    ValueKind kind = ValueKind.of(path);
    int last = first;
    Span span = scalar.span();
    while (last + 1 < entries.size()) {
      SyntaxNode.Entry next = entries.get(last + 1);
      boolean bare = bare(next);
      if (!bare && !unfinished(span.text(), kind)) {
        break;
      }
      last++;
      span = span.to(new Span(file, span.start(), next.span().end()));
    }
    boolean wrong = last > first && !unfinished(span.text(), kind);
    if (!wrong) {
      return -1;
    }
    split(span, span.text());
    return last;
  }

  private void split(Span span, String meant) {
    out.report(
            DiagnosticCode.VALUE_SPLIT_BY_COMMA,
            span,
            "a comma inside `{ }` or `[ ]` begins the next value")
        .help("write it in quotes: " + Quoting.best(meant))
        .fix(span, Quoting.best(meant));
  }

  private static boolean unfinished(String value, ValueKind kind) {
    ExpressionMarks marks = ExpressionMarks.of(value);
    return kind == ValueKind.EXPRESSION
        ? marks.openQuote() || marks.open() > 0
        : !marks.openQuote() && marks.open() > 0;
  }

  /// A piece of a mapping in braces that has no `:`.
  private boolean bare(SyntaxNode.Entry entry) {
    if (!(entry.value() instanceof SyntaxNode.Scalar scalar) || !scalar.isEmpty()) {
      return false;
    }
    int at = entry.key().span().end();
    while (at < text.length() && ScalarDecoder.isBlank(text.charAt(at))) {
      at++;
    }
    return at >= text.length() || text.charAt(at) != ':';
  }

  /// Looks for tabs between the scalars and gives the end of the last one.
  private int gaps(SyntaxNode node, int from) {
    return switch (node) {
      case SyntaxNode.Mapping mapping -> {
        int at = from;
        for (SyntaxNode.Entry entry : mapping.entries()) {
          at = gaps(entry.value(), gaps(entry.key(), at));
        }
        yield at;
      }
      case SyntaxNode.Sequence sequence -> {
        int at = from;
        for (SyntaxNode item : sequence.items()) {
          at = gaps(item, at);
        }
        yield at;
      }
      case SyntaxNode.Scalar scalar -> {
        gap(from, scalar.span().start());
        if (scalar.text().style() == ScalarText.Style.PLAIN) {
          gap(scalar.span().start(), scalar.span().end());
        }
        yield Math.max(from, scalar.span().end());
      }
    };
  }

  private void gap(int from, int to) {
    boolean comment = false;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (ScalarDecoder.isBreak(c)) {
        comment = false;
      } else if (c == '#' && (i == 0 || Character.isWhitespace(text.charAt(i - 1)))) {
        comment = true;
      } else if (c == '\t' && !comment) {
        tab(new Span(file, i, i + 1), out);
      }
    }
  }
}
