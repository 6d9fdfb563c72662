package dev.gatewayctl.runtime.offline;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.diagnostic.Spelling;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads what a test expects.
final class ExpectationReader {
  private static final List<String> WORDS =
      List.of(
          "decision",
          "status",
          "code",
          "model",
          "target.provider",
          "target.model",
          "target.region");
  private static final List<String> NAMES = List.of("rules", "tags", "findings", "masked");
  private static final List<String> HOW = List.of("contains", "not_contains", "equals");
  private static final List<String> DECISIONS = List.of("allow", "deny");

  private final Diagnostics out;
  private final List<Expectation> expectations = new ArrayList<>();
  private @Nullable Span everySplit;

  ExpectationReader(Diagnostics out) {
    this.out = out;
  }

  List<Expectation> expectations() {
    return expectations;
  }

  /// Where it says `at: every-split`; null when it does not.
  @Nullable Span everySplit() {
    return everySplit;
  }

  /// Whether a column of a table is an expectation; `model` is what is asked for.
  static boolean expects(String column) {
    return !column.equals("model") && known().contains(column);
  }

  static Set<String> known() {
    Set<String> known = new LinkedHashSet<>(WORDS);
    known.addAll(NAMES);
    known.add("at");
    for (String side : List.of("sent", "received")) {
      known.add(side);
      HOW.forEach(how -> known.add(side + "." + how));
    }
    return known;
  }

  void read(SyntaxNode.Scalar key, SyntaxNode value) {
    String name = key.value();
    if (name.equals("at")) {
      at(value);
    } else if (WORDS.contains(name)) {
      word(name, value);
    } else if (name.equals("masked")
        || (name.equals("findings") && value instanceof SyntaxNode.Mapping)) {
      counts(name, value);
    } else if (NAMES.contains(name)) {
      expectations.add(new Expectation.Among(name, TestFields.texts(value, name, out)));
    } else if (name.equals("sent") || name.equals("received")) {
      content(name, value);
    } else if (known().contains(name)) {
      int dot = name.indexOf('.');
      content(name.substring(0, dot), name.substring(dot + 1), value);
    } else {
      TestFields.unknown(key, "`expect`", known(), out);
    }
  }

  private void at(SyntaxNode value) {
    if (value instanceof SyntaxNode.Scalar scalar && scalar.value().equals("every-split")) {
      everySplit = value.span();
    } else {
      out.report(DiagnosticCode.UNKNOWN_WORD, value.span(), "`at` knows `every-split` only");
    }
  }

  private void word(String name, SyntaxNode value) {
    if (!(value instanceof SyntaxNode.Scalar scalar)) {
      TestFields.wrongShape(value, name, "one value", out);
      return;
    }
    if (name.equals("decision") && !DECISIONS.contains(scalar.value())) {
      out.report(
              DiagnosticCode.UNKNOWN_WORD,
              scalar.span(),
              "a decision is `allow` or `deny`, not `%s`".formatted(scalar.value()))
          .suggest(Spelling.nearest(scalar.value(), DECISIONS));
    } else if (name.equals("status") && !scalar.value().matches("[1-5][0-9][0-9]")) {
      out.report(
          DiagnosticCode.INVALID_NUMBER,
          scalar.span(),
          "`%s` is not an HTTP status".formatted(scalar.value()));
    } else {
      expectations.add(new Expectation.Word(name, scalar.value()));
    }
  }

  private void counts(String name, SyntaxNode value) {
    if (!(value instanceof SyntaxNode.Mapping mapping)) {
      TestFields.wrongShape(value, name, "a mapping of kinds to counts", out);
      return;
    }
    Map<String, Integer> counts = new TreeMap<>();
    for (SyntaxNode.Entry entry : mapping.entries()) {
      if (entry.value() instanceof SyntaxNode.Scalar scalar
          && scalar.value().matches("[0-9]{1,6}")) {
        counts.put(entry.name(), Integer.valueOf(scalar.value()));
      } else {
        out.report(
            DiagnosticCode.INVALID_NUMBER,
            entry.value().span(),
            "`%s.%s` is not a count".formatted(name, entry.name()));
      }
    }
    counts.values().removeIf(count -> count == 0);
    expectations.add(new Expectation.Counts(name, counts));
  }

  private void content(String name, SyntaxNode value) {
    if (!(value instanceof SyntaxNode.Mapping mapping)) {
      TestFields.wrongShape(value, name, "`contains`, `not_contains` or `equals`", out);
      return;
    }
    TestFields.keys(mapping, "`" + name + "`", HOW, List.of(), out);
    for (SyntaxNode.Entry entry : mapping.entries()) {
      if (HOW.contains(entry.name())) {
        content(name, entry.name(), entry.value());
      }
    }
  }

  private void content(String name, String how, SyntaxNode value) {
    for (String text : TestFields.texts(value, name + "." + how, out)) {
      expectations.add(new Expectation.Content(name, how, text));
    }
  }
}
