package dev.gatewayctl.policy.format;

import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.ValueKind;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Writes a tree again and picks up the comments and empty lines from the gaps between its scalars.
/// A gap is read when the token behind it is written, so that a comment never changes its place
/// among the tokens.
final class TreeWriter {
  private static final int STEP = 2;

  private final String source;
  private final SourceFile file;
  private final StringBuilder out = new StringBuilder();

  /// The source up to here is written.
  private int cursor;

  /// The last thing written is a block whose empty lines at the end belong to its text.
  private boolean kept;

  /// Blocks that the last token stood in, outermost first: where they were and where they are now.
  private final Deque<Moved> blocks = new ArrayDeque<>();

  private record Moved(int column, int indent) {}

  private TreeWriter(SourceFile file) {
    this.file = file;
    this.source = file.text();
  }

  static String write(SourceFile file, SyntaxNode tree) {
    var writer = new TreeWriter(file);
    if (writer.documentStart(tree)) {
      writer.out.append("---\n");
    }
    writer.root(tree);
    writer.end();
    return writer.out.toString();
  }

  private boolean documentStart(SyntaxNode tree) {
    int last = file.line(tree.span().start());
    for (int line = 1; line < last; line++) {
      if (file.lineText(line).startsWith("---")) {
        return true;
      }
    }
    return false;
  }

  private void root(SyntaxNode tree) {
    boolean flow = isFlow(tree);
    if (flow || tree instanceof SyntaxNode.Scalar) {
      lead(tree.span().start(), 0, false);
      value(tree, 0, null);
    } else {
      block(tree, 0, null, false);
    }
  }

  private static boolean isFlow(SyntaxNode node) {
    return switch (node) {
      case SyntaxNode.Mapping mapping -> mapping.flow();
      case SyntaxNode.Sequence sequence -> sequence.flow();
      case SyntaxNode.Scalar _ -> false;
    };
  }

  private void block(
      SyntaxNode node, int indent, ValueKind.@Nullable Path path, boolean firstInline) {
    switch (node) {
      case SyntaxNode.Mapping mapping -> {
        boolean inline = firstInline;
        SyntaxNode.@Nullable Entry previous = null;
        for (SyntaxNode.Entry entry : mapping.entries()) {
          boolean apart = indent == 0 && previous != null && (tall(previous) || tall(entry));
          inline = start(entry.key().span(), indent, inline, apart);
          entry(entry, indent, path);
          previous = entry;
        }
      }
      case SyntaxNode.Sequence sequence -> {
        boolean inline = firstInline;
        for (SyntaxNode item : sequence.items()) {
          inline = start(new Span(file, dash(item), item.span().start()), indent, inline, false);
          out.append("- ");
          cursor = dash(item) + 1;
          boolean nested = !isFlow(item) && !(item instanceof SyntaxNode.Scalar);
          if (nested) {
            block(item, indent + STEP, path, true);
          } else {
            if (comments(cursor, item.span().start())) {
              out.setLength(out.length() - 1);
              lead(item.span().start(), indent + STEP, false);
            }
            value(item, indent, path);
          }
        }
      }
      case SyntaxNode.Scalar scalar -> value(scalar, indent, path);
    }
  }

  /// Begins an entry or an item; the first one may stay on the line of the dash before it.
  private boolean start(Span token, int indent, boolean inline, boolean apart) {
    if (!inline || comments(cursor, token.start())) {
      if (inline) {
        out.setLength(out.length() - 1);
      }
      lead(token.start(), indent, apart);
    }
    int column = token.start() - file.lineStart(file.line(token.start()));
    while (!blocks.isEmpty() && blocks.getLast().column >= column) {
      blocks.removeLast();
    }
    blocks.addLast(new Moved(column, indent));
    return false;
  }

  /// Where a comment goes that stands further in than the next token: into the block that it ends.
  private int commentIndent(int column, int least) {
    int indent = least;
    for (Moved block : blocks) {
      if (block.column <= column) {
        indent = Math.max(least, block.indent);
      }
    }
    return indent;
  }

  private boolean tall(SyntaxNode.Entry entry) {
    return file.line(entry.span().end()) > file.line(entry.span().start());
  }

  /// The dash of an item, which stands before it with nothing but comments and blanks between.
  private int dash(SyntaxNode item) {
    int found = cursor;
    boolean comment = false;
    for (int i = cursor; i < item.span().start(); i++) {
      char c = source.charAt(i);
      boolean free = i == 0 || Character.isWhitespace(source.charAt(i - 1));
      if (c == '\n' || c == '\r') {
        comment = false;
      } else if (c == '#' && free) {
        comment = true;
      } else if (c == '-' && !comment) {
        return i;
      }
    }
    return found;
  }

  private void entry(SyntaxNode.Entry entry, int indent, ValueKind.@Nullable Path path) {
    out.append(entry.key().span().text()).append(':');
    cursor = entry.key().span().end();
    var below = new ValueKind.Path(path, entry.name());
    SyntaxNode value = entry.value();
    if (isFlow(value) || value instanceof SyntaxNode.Scalar) {
      if (comments(cursor, value.span().start())) {
        lead(value.span().start(), indent + STEP, false);
      } else {
        out.append(' ');
      }
      value(value, indent, below);
    } else {
      block(value, indent + STEP, below, false);
    }
  }

  /// A scalar or a flow collection, at the place where the line is.
  private void value(SyntaxNode value, int indent, ValueKind.@Nullable Path path) {
    if (value instanceof SyntaxNode.Scalar scalar) {
      out.append(ScalarWriter.write(scalar, ValueKind.of(path), indent + STEP, false));
      kept = ScalarWriter.keeps(scalar);
      cursor = scalar.span().end() + (kept ? keptLines(scalar) : 0);
    } else {
      flow(value, indent, path);
    }
  }

  /// The length of the empty lines at the end of a block with `+`, which are part of its text.
  private int keptLines(SyntaxNode.Scalar scalar) {
    int end = scalar.span().end();
    int line = file.line(end);
    int last = end;
    while (line < file.lineCount() && file.lineText(line + 1).isBlank()) {
      line++;
      last = file.lineEnd(line);
    }
    return last - end;
  }

  private void flow(SyntaxNode node, int indent, ValueKind.@Nullable Path path) {
    switch (node) {
      case SyntaxNode.Mapping mapping -> {
        boolean braces = mapping.flow();
        if (braces) {
          out.append('{');
          cursor = mapping.span().start() + 1;
        }
        boolean first = true;
        for (SyntaxNode.Entry entry : mapping.entries()) {
          flowGap(entry.key().span().start(), indent, first, braces);
          flowEntry(entry, indent, path);
          first = false;
        }
        if (braces) {
          flowEnd(mapping.span(), indent, first, "}", " ");
        }
      }
      case SyntaxNode.Sequence sequence -> {
        out.append('[');
        cursor = sequence.span().start() + 1;
        boolean first = true;
        for (SyntaxNode item : sequence.items()) {
          flowGap(item.span().start(), indent, first, false);
          flow(item, indent + STEP, path);
          first = false;
        }
        flowEnd(sequence.span(), indent, first, "]", "");
      }
      case SyntaxNode.Scalar scalar -> {
        out.append(ScalarWriter.write(scalar, ValueKind.of(path), indent + STEP, true));
        cursor = scalar.span().end();
      }
    }
  }

  private void flowEntry(SyntaxNode.Entry entry, int indent, ValueKind.@Nullable Path path) {
    out.append(entry.key().span().text()).append(':');
    cursor = entry.key().span().end();
    if (comments(cursor, entry.value().span().start())) {
      lead(entry.value().span().start(), indent + STEP * 2, false);
    } else {
      out.append(' ');
    }
    flow(entry.value(), indent + STEP, new ValueKind.Path(path, entry.name()));
  }

  /// Before an item of a flow collection: lines that were broken stay broken.
  private void flowGap(int to, int indent, boolean first, boolean spaced) {
    Gap gap = Gap.read(source, cursor, to);
    if (!first) {
      out.append(',');
    }
    if (gap.broken()) {
      lead(to, indent + STEP, false);
    } else if (!first || spaced) {
      out.append(' ');
    }
  }

  private void flowEnd(Span span, int indent, boolean empty, String bracket, String space) {
    if (Gap.read(source, cursor, span.end() - 1).broken()) {
      lead(span.end() - 1, indent, false);
      out.append(bracket);
    } else {
      out.append(empty ? "" : space).append(bracket);
    }
    cursor = span.end();
  }

  private boolean comments(int from, int to) {
    return !Gap.read(source, from, to).comments().isEmpty();
  }

  /// Ends the line with the comment that stands there, writes the comments above the next token and
  /// begins its line.
  private void lead(int to, int indent, boolean apart) {
    Gap gap = Gap.read(source, cursor, to);
    int column = to - file.lineStart(file.line(to));
    boolean begun = !out.isEmpty() && out.charAt(out.length() - 1) != '\n';
    boolean nested = out.length() > 1 && ":-[{".indexOf(out.charAt(out.length() - 1)) >= 0;
    boolean separate = apart && !gap.blankAtEnd() && !kept;
    for (Gap.Comment comment : gap.comments()) {
      separate &= !comment.blankBefore();
    }
    for (Gap.Comment comment : gap.comments()) {
      if (comment.trailing() && begun) {
        out.repeat(' ', Math.max(1, comment.blanks())).append(comment.text()).append('\n');
        nested = false;
      } else {
        out.append(begun ? "\n" : "");
        boolean blank = (comment.blankBefore() && !nested) || separate;
        out.append(blank && !out.isEmpty() ? "\n" : "");
        out.repeat(
            ' ', comment.column() > column ? commentIndent(comment.column(), indent) : indent);
        out.append(comment.text()).append('\n');
        separate = false;
        nested = false;
      }
      begun = false;
    }
    out.append(begun ? "\n" : "");
    boolean blank = (gap.blankAtEnd() && !nested) || separate;
    out.append(blank && !out.isEmpty() ? "\n" : "");
    out.repeat(' ', indent);
    kept = false;
  }

  private void end() {
    boolean last = kept;
    lead(source.length(), 0, false);
    if (last) {
      return;
    }
    int length = out.length();
    while (length > 1 && out.charAt(length - 1) == '\n' && out.charAt(length - 2) == '\n') {
      length--;
    }
    out.setLength(length);
  }
}
