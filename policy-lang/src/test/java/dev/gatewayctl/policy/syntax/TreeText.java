package dev.gatewayctl.policy.syntax;

import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.diagnostic.Span;

/// Prints a tree with the place of every node, for goldens, or without, to compare two.
final class TreeText {
  private final StringBuilder out = new StringBuilder();
  private final boolean places;

  private TreeText(boolean places) {
    this.places = places;
  }

  static String print(SyntaxNode node) {
    var text = new TreeText(true);
    text.node(node, 0);
    return text.out.toString();
  }

  /// Structure, styles and values alone.
  static String printWithoutPlaces(SyntaxNode node) {
    var text = new TreeText(false);
    text.node(node, 0);
    return text.out.toString();
  }

  private void node(SyntaxNode node, int depth) {
    switch (node) {
      case SyntaxNode.Mapping mapping -> {
        line(mapping.flow() ? "mapping in braces" : "mapping", mapping.span());
        for (SyntaxNode.Entry entry : mapping.entries()) {
          out.repeat(' ', depth * 2 + 2);
          node(entry.key(), depth + 1);
          out.repeat(' ', depth * 2 + 4);
          node(entry.value(), depth + 2);
        }
      }
      case SyntaxNode.Sequence sequence -> {
        line(sequence.flow() ? "sequence in brackets" : "sequence", sequence.span());
        for (SyntaxNode item : sequence.items()) {
          out.repeat(' ', depth * 2 + 2);
          node(item, depth + 1);
        }
      }
      case SyntaxNode.Scalar scalar -> {
        String style = scalar.text().style().name().toLowerCase(java.util.Locale.ROOT);
        String value = scalar.value().replace("\\", "\\\\").replace("\n", "\\n");
        line(style + " <" + value + ">", scalar.span());
      }
    }
  }

  private void line(String what, Span span) {
    out.append(what);
    if (places) {
      out.append(' ').append(place(span.file(), span.start())).append('-');
      out.append(place(span.file(), span.end()));
    }
    out.append('\n');
  }

  private static String place(SourceFile file, int offset) {
    return file.line(offset) + ":" + file.column(offset);
  }
}
