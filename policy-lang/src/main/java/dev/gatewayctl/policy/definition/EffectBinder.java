package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.checking.ExpressionChecker;
import dev.gatewayctl.policy.checking.Scope;
import dev.gatewayctl.policy.definition.EffectDefinition.Text;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.field.Fields;
import dev.gatewayctl.policy.field.Located;
import dev.gatewayctl.policy.syntax.ScalarText;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.SyntaxNode.Entry;
import dev.gatewayctl.policy.syntax.SyntaxNode.Mapping;
import dev.gatewayctl.policy.syntax.SyntaxNode.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Binds the effects of a rule.
final class EffectBinder {
  private static final int DEFAULT_STATUS = 403;
  private static final String DEFAULT_CODE = "policy_denied";
  private static final String DEFAULT_REASON = "refused by policy";
  private static final int MOST_KEPT = 64;
  private static final long MOST_TOKENS = 1_000_000_000;
  private static final double HOTTEST = 2;
  private static final int MOST_CHOICES = 128;

  private final Binding binding;
  private final Diagnostics out;

  EffectBinder(Binding binding) {
    this.binding = binding;
    this.out = binding.out();
  }

  /// The effects that a rule states.
  List<EffectDefinition> bind(Fields rule, Optional<Expression> when) {
    List<EffectDefinition> effects = new ArrayList<>();
    Entry deny = rule.takeEntry("deny");
    if (deny != null) {
      deny(deny, rule).ifPresent(effects::add);
    }
    Entry allow = rule.takeEntry("allow");
    if (allow != null) {
      allow(allow, rule).ifPresent(effects::add);
    }
    Entry mask = rule.takeEntry("mask");
    if (mask != null) {
      mask(mask, rule).ifPresent(effects::add);
    }
    Entry require = rule.takeEntry("require");
    if (require != null) {
      require(require, rule, when).ifPresent(effects::add);
    }
    Entry set = rule.takeEntry("set");
    if (set != null) {
      set(set, rule).ifPresent(effects::add);
    }
    Entry tag = rule.takeEntry("tag");
    if (tag != null) {
      tag(tag, rule).ifPresent(effects::add);
    }
    return effects;
  }

  private Optional<EffectDefinition> deny(Entry entry, Fields rule) {
    Span at = entry.key().span();
    String what = rule.path("deny");
    if (!(entry.value() instanceof Mapping)) {
      Scalar scalar = Fields.scalar(entry.value(), what, out);
      return scalar == null || isTruthValue(scalar)
          ? Optional.empty()
          : Optional.of(
              new EffectDefinition.Deny(at, DEFAULT_STATUS, DEFAULT_CODE, text(scalar.text())));
    }
    Fields fields = Fields.of(entry.value(), what, out);
    if (fields == null) {
      return Optional.empty();
    }
    int status = fields.smallCount("status", 400, 499).orElse(DEFAULT_STATUS);
    Scalar reason = fields.scalar("reason");
    Scalar code = fields.scalar("code");
    boolean fits = code == null || code.value().matches("[a-z][a-z0-9_]{0,63}");
    if (code != null && !fits) {
      out.report(
              DiagnosticCode.INVALID_NAME,
              code.span(),
              "`%s` is not a code".formatted(Fields.shown(code.value())))
          .help("write lower-case letters, digits and `_`, such as `" + DEFAULT_CODE + "`");
    }
    fields.close();
    Text text =
        reason == null
            ? new Text(at, List.of(new Text.Part.Literal(DEFAULT_REASON)))
            : text(reason.text());
    return Optional.of(
        new EffectDefinition.Deny(at, status, code == null ? DEFAULT_CODE : code.value(), text));
  }

  /// `deny: true` would tell the caller "true", and `deny: false` would refuse him.
  private boolean isTruthValue(Scalar scalar) {
    boolean is =
        scalar.text().style() == ScalarText.Style.PLAIN
            && (scalar.value().equals("true") || scalar.value().equals("false"));
    if (is) {
      out.report(
              DiagnosticCode.WRONG_SHAPE,
              scalar.span(),
              "`deny` takes the text that the caller is told, not `%s`".formatted(scalar.value()))
          .label("expected a text")
          .help("write why it is refused, such as `deny: \"not permitted\"`")
          .help("a rule that shall not refuse anything has no `deny`");
    }
    return is;
  }

  private Optional<EffectDefinition> allow(Entry entry, Fields rule) {
    Scalar scalar = Fields.scalar(entry.value(), rule.path("allow"), out);
    if (scalar == null) {
      return Optional.empty();
    }
    if (!scalar.value().equals("true")) {
      out.report(
              DiagnosticCode.WRONG_SHAPE, scalar.span(), "`allow` has no other value than `true`")
          .help("to refuse, write `deny` with a text")
          .fix(scalar.span(), "true");
    }
    return Optional.of(new EffectDefinition.Allow(entry.key().span()));
  }

  private Optional<EffectDefinition> mask(Entry entry, Fields rule) {
    List<Scalar> names;
    OptionalInt keep = OptionalInt.empty();
    if (entry.value() instanceof Mapping) {
      Fields fields = rule.fields("mask");
      if (fields == null) {
        return Optional.empty();
      }
      fields.later("with", "in", "where", "shape", "scope", "restore");
      fields.require("what", entry.key().span(), "what: pii");
      names = fields.scalarsOf("what");
      keep = fields.smallCount("keep", 1, MOST_KEPT);
      fields.close();
    } else {
      names = Fields.scalars(entry.value(), rule.path("mask"), out);
      if (names.isEmpty() && entry.value() instanceof SyntaxNode.Sequence) {
        out.report(DiagnosticCode.OUT_OF_RANGE, entry.value().span(), "this `mask` masks nothing");
      }
    }
    List<Located<String>> what = new ArrayList<>();
    SortedSet<String> detectors = new TreeSet<>();
    for (Scalar name : names) {
      Optional<SortedSet<String>> found =
          binding.detectors(new Located<>(name.value(), name.span()));
      if (found.isEmpty()) {
        continue;
      }
      if (found.get().isEmpty()) {
        out.report(
                DiagnosticCode.NO_DETECTOR,
                name.span(),
                "no detector finds `%s`".formatted(name.value()))
            .help("declare one under `detectors`, or take the name out");
      } else {
        binding.names().used("detectors", name.value());
        what.add(new Located<>(name.value(), name.span()));
        detectors.addAll(found.get());
      }
    }
    return detectors.isEmpty()
        ? Optional.empty()
        : Optional.of(new EffectDefinition.Mask(entry.key().span(), what, detectors, keep));
  }

  private Optional<EffectDefinition> require(Entry entry, Fields rule, Optional<Expression> when) {
    Scalar scalar = Fields.scalar(entry.value(), rule.path("require"), out);
    if (scalar == null) {
      return Optional.empty();
    }
    Expression constraint =
        binding.checker().check(scalar.text(), Type.Simple.BOOL, Scope.REQUIRE, when.orElse(null));
    if (constraint == null) {
      return Optional.empty();
    }
    Placement.factsExist(constraint, Set.of(Phase.TARGET), "a `require` is decided", out);
    return Optional.of(new EffectDefinition.Require(entry.key().span(), constraint));
  }

  private Optional<EffectDefinition> set(Entry entry, Fields rule) {
    Fields fields = rule.fields("set");
    if (fields == null) {
      return Optional.empty();
    }
    fields.later("reasoning", "system", "tools");
    if (fields.entries().isEmpty()) {
      fields.nothing("max_tokens: { max: 1000 }");
    }
    OptionalLong maxTokens = most(fields, "max_tokens", 1_000, MOST_TOKENS);
    OptionalDouble coldest = OptionalDouble.empty();
    OptionalDouble hottest = OptionalDouble.empty();
    Fields temperature = fields.fields("temperature", "{ max: 1.0 }");
    if (temperature != null) {
      if (temperature.entries().isEmpty()) {
        temperature.nothing("max: 1.0");
      }
      coldest = temperature.decimal("min", 0, HOTTEST);
      hottest = temperature.decimal("max", 0, HOTTEST);
      temperature.close();
      if (coldest.isPresent()
          && hottest.isPresent()
          && coldest.getAsDouble() > hottest.getAsDouble()) {
        out.report(
            DiagnosticCode.CONTRADICTORY_SET,
            temperature.span(),
            "no temperature is at least `min` and at most `max`");
      }
    }
    OptionalLong choices = most(fields, "choices", 1, MOST_CHOICES);
    fields.close();
    return Optional.of(
        new EffectDefinition.Set(entry.key().span(), maxTokens, coldest, hottest, choices));
  }

  /// The `max` of a member that has nothing else.
  private static OptionalLong most(Fields set, String key, long example, long most) {
    Fields fields = set.fields(key, "{ max: " + example + " }");
    if (fields == null) {
      return OptionalLong.empty();
    }
    fields.require("max", fields.span(), "max: " + example);
    OptionalLong max = fields.count("max", 1, most);
    fields.close();
    return max;
  }

  private Optional<EffectDefinition> tag(Entry entry, Fields rule) {
    SortedSet<String> tags = new TreeSet<>();
    for (Scalar name : Fields.scalars(entry.value(), rule.path("tag"), out)) {
      if (rule.scalars().name(name)) {
        tags.add(name.value());
      }
    }
    return tags.isEmpty()
        ? Optional.empty()
        : Optional.of(new EffectDefinition.Tag(entry.key().span(), tags));
  }

  /// A text with `${expression}` in it; `$${` stands for `${`.
  private Text text(ScalarText source) {
    String value = source.value();
    List<Text.Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    int at = 0;
    while (at < value.length()) {
      if (value.startsWith("$${", at)) {
        literal.append("${");
        at += 3;
      } else if (value.startsWith("${", at)) {
        int end = ExpressionChecker.endInText(value, at + 2);
        if (end < 0) {
          out.report(
                  DiagnosticCode.UNCLOSED_PLACEHOLDER,
                  source.span(at, at + 2),
                  "the expression in this text has no closing `}`")
              .help("a literal `${` is written `$${`");
          break;
        }
        Expression expression = binding.checker().checkInText(source, at + 2, end);
        if (expression != null) {
          if (!literal.isEmpty()) {
            parts.add(new Text.Part.Literal(literal.toString()));
            literal.setLength(0);
          }
          parts.add(new Text.Part.Value(expression));
        }
        at = end + 1;
      } else {
        literal.append(value.charAt(at++));
      }
    }
    if (!literal.isEmpty() || parts.isEmpty()) {
      parts.add(new Text.Part.Literal(literal.toString()));
    }
    return new Text(source.span(), parts);
  }
}
