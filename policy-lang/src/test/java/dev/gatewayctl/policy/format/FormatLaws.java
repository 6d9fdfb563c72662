package dev.gatewayctl.policy.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.checking.ExpressionFormatter;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.ValueKind;
import dev.gatewayctl.policy.syntax.YamlReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What holds for every file: the same tree and the same comments before and after, formatting
/// twice is formatting once, nothing at the end of a line, one line end at the end.
final class FormatLaws {
  private FormatLaws() {}

  /// Whether the file could be read at all.
  static boolean check(String text) {
    SourceFile file = SourceFile.of("p", text);
    var out = new Diagnostics();
    SyntaxNode before = YamlReader.readAny(file, out);
    PolicyFormatter.Formatted formatted = PolicyFormatter.format(file);
    if (before == null || out.hasErrors()) {
      assertThat(formatted.text()).isEqualTo(text);
      return false;
    }
    SourceFile result = SourceFile.of("p", formatted.text());
    var again = new Diagnostics();
    SyntaxNode after = YamlReader.readAny(result, again);
    assertThat(again.sorted()).hasSameSizeAs(out.sorted());
    if (after == null) {
      throw new AssertionError("unreadable:\n" + formatted.text());
    }
    assertThat(print(after)).as(formatted.text()).isEqualTo(print(before));
    assertThat(comments(formatted.text())).isEqualTo(comments(text));
    assertThat(PolicyFormatter.format(result).text()).isEqualTo(formatted.text());
    assertThat(formatted.text()).endsWith("\n");
    return true;
  }

  /// Hash signs in order, with what follows them: comments, and texts that hold one, which stay
  /// too.
  private static List<String> comments(String text) {
    return text.lines()
        .filter(line -> line.contains("#"))
        .map(line -> line.substring(line.indexOf('#')).strip())
        .toList();
  }

  private static String print(SyntaxNode tree) {
    var out = new StringBuilder();
    print(tree, null, out);
    return out.toString();
  }

  private static void print(SyntaxNode node, ValueKind.@Nullable Path path, StringBuilder out) {
    switch (node) {
      case SyntaxNode.Mapping mapping -> {
        out.append(mapping.flow() ? "{\n" : "mapping {\n");
        for (SyntaxNode.Entry entry : mapping.entries()) {
          out.append(entry.name()).append(": ");
          print(entry.value(), new ValueKind.Path(path, entry.name()), out);
        }
        out.append("}\n");
      }
      case SyntaxNode.Sequence sequence -> {
        out.append(sequence.flow() ? "[\n" : "sequence [\n");
        sequence.items().forEach(item -> print(item, path, out));
        out.append("]\n");
      }
      case SyntaxNode.Scalar scalar -> {
        boolean expression = ValueKind.of(path) == ValueKind.EXPRESSION;
        String value = expression ? ExpressionFormatter.format(scalar.value()) : scalar.value();
        out.append(scalar.text().style()).append(' ').append(value).append('\n');
      }
    }
  }
}
