package dev.gatewayctl.runtime.offline;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.Spelling;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// What test files say about keys and shapes, in the words that policies hear as well.
final class TestFields {
  private TestFields() {}

  /// Reports keys that are not known, and those that a later version executes.
  static void keys(
      SyntaxNode.Mapping mapping,
      String what,
      Collection<String> known,
      Collection<String> later,
      Diagnostics out) {
    for (SyntaxNode.Entry entry : mapping.entries()) {
      if (later.contains(entry.name())) {
        out.report(
                DiagnosticCode.NOT_YET_EXECUTED,
                entry.key().span(),
                "`"
                    + entry.name()
                    + "` is part of the language, but this version does not execute it")
            .help("take it out: a part that is not executed is never silently ignored");
      } else if (!known.contains(entry.name())) {
        unknown(entry.key(), what, known, out);
      }
    }
  }

  static void unknown(
      SyntaxNode.Scalar key, String what, Collection<String> known, Diagnostics out) {
    out.report(
            DiagnosticCode.UNKNOWN_KEY,
            key.span(),
            "unknown key `%s` in %s".formatted(key.value().replace('\n', ' '), what))
        .suggest(Spelling.nearest(key.value(), known));
  }

  static void wrongShape(SyntaxNode node, String what, String expected, Diagnostics out) {
    if (node instanceof SyntaxNode.Scalar scalar && scalar.isEmpty()) {
      return; // INVARIANT: the reader reported an empty value already
    }
    String found =
        switch (node) {
          case SyntaxNode.Mapping _ -> "a mapping";
          case SyntaxNode.Sequence _ -> "a list";
          case SyntaxNode.Scalar _ -> "a single value";
        };
    out.report(DiagnosticCode.WRONG_SHAPE, node.span(), "`%s` is %s".formatted(what, found))
        .label("expected " + expected);
  }

  /// A text or a list of texts; anything else is reported.
  static List<String> texts(SyntaxNode node, String what, Diagnostics out) {
    List<String> texts = new ArrayList<>();
    switch (node) {
      case SyntaxNode.Scalar scalar -> texts.add(scalar.value());
      case SyntaxNode.Sequence sequence -> {
        for (SyntaxNode item : sequence.items()) {
          if (item instanceof SyntaxNode.Scalar scalar) {
            texts.add(scalar.value());
          } else {
            wrongShape(item, what, "a text", out);
          }
        }
      }
      case SyntaxNode.Mapping mapping ->
          wrongShape(mapping, what, "a text or a list of texts", out);
    }
    return texts;
  }
}
