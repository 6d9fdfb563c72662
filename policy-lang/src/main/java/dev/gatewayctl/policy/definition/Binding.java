package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.checking.ExpressionChecker;
import dev.gatewayctl.policy.checking.Scope;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.diagnostic.Spelling;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.field.Fields;
import dev.gatewayctl.policy.field.Located;
import dev.gatewayctl.policy.field.SettingText;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.SyntaxNode.Entry;
import dev.gatewayctl.policy.syntax.SyntaxNode.Scalar;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the binders of one policy share: its text, the names that it declares, and the ways to read
/// a reference, an expression or the name of something declared.
record Binding(PolicyText text, Declarations names, ExpressionChecker checker, Diagnostics out) {
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /// The members of a named entry; null, and reported, when it holds something else.
  @Nullable Fields fields(Entry entry, String section) {
    return Fields.of(entry.value(), section + "." + Fields.shown(entry.name()), out);
  }

  /// A condition under that key; empty when it is absent or wrong.
  Optional<Expression> condition(Fields fields, String key, Scope scope) {
    return expression(fields.take(key), fields.path(key), Type.Simple.BOOL, scope);
  }

  Optional<Expression> expression(
      @Nullable SyntaxNode node, String what, @Nullable Type expected, Scope scope) {
    Scalar scalar = node == null ? null : Fields.scalar(node, what, out);
    return scalar == null
        ? Optional.empty()
        : Optional.ofNullable(checker.check(scalar.text(), expected, scope));
  }

  /// A text that may be a reference.
  @Nullable SettingText setting(@Nullable SyntaxNode node, String what) {
    if (node == null) {
      return null;
    }
    if (!(node instanceof Scalar scalar)) {
      Fields.wrongShape(node, "one value", what, out);
      return null;
    }
    String text = scalar.value();
    if (scalar.isEmpty()) {
      return null;
    }
    if (!text.startsWith("$")) {
      return new SettingText.Literal(text, scalar.span());
    }
    if (text.startsWith("$$")) {
      return new SettingText.Literal(text.substring(1), scalar.span());
    }
    return reference(text, scalar.span(), what);
  }

  private @Nullable SettingText reference(String text, Span span, String what) {
    if (text.startsWith("$env:")) {
      String name = text.substring("$env:".length());
      if (VARIABLE.matcher(name).matches()) {
        return new SettingText.Environment(name, span);
      }
    } else if (text.startsWith("$file:")) {
      String path = text.substring("$file:".length());
      if (!path.isBlank()) {
        return new SettingText.File(this.text.files().fromRoot(path, span), span);
      }
    } else if (text.startsWith("$header:")) {
      Fields.notYet(span, "a caller's own credential (`$header:`)", out);
      return null;
    }
    out.report(DiagnosticCode.INVALID_REFERENCE, span, "`%s` holds no reference".formatted(what))
        .help("write `$env:NAME` or `$file:PATH`")
        .help("a text that begins with a dollar sign is written with two of them");
    return null;
  }

  /// Reports a name that nothing declares.
  ///
  /// @param section where it would be declared
  void unknown(DiagnosticCode code, Located<String> name, String section, Collection<String> all) {
    String kind = code.id().substring("unknown-".length());
    int count = all.size();
    out.report(code, name.span(), "unknown %s `%s`".formatted(kind, Fields.shown(name.value())))
        .label("not in `%s` (%d %s)".formatted(section, count, count == 1 ? "name" : "names"))
        .suggest(Spelling.nearest(name.value(), new TreeSet<>(all)));
  }

  /// The detectors that a kind, a class or a detector stands for; empty, and reported, when nothing
  /// has the name.
  Optional<SortedSet<String>> detectors(Located<String> name) {
    Optional<SortedSet<String>> found = names.detectorsOf(name.value());
    if (found.isEmpty()) {
      out.report(
              DiagnosticCode.UNKNOWN_FINDING,
              name.span(),
              "unknown kind, class or detector `%s`".formatted(Fields.shown(name.value())))
          .suggest(Spelling.nearest(name.value(), names.detectables()));
    }
    return found;
  }
}
