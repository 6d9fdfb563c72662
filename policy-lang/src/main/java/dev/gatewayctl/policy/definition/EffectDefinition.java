package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.field.Located;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedSet;

/// What a rule does; `span` is that of its key.
public sealed interface EffectDefinition {
  Span span();

  /// The key by which a rule states it.
  String word();

  /// Refuses the exchange.
  record Deny(Span span, int status, String code, Text reason) implements EffectDefinition {
    @Override
    public String word() {
      return "deny";
    }
  }

  /// Lets the caller in.
  record Allow(Span span) implements EffectDefinition {
    @Override
    public String word() {
      return "allow";
    }
  }

  /// Masks findings.
  ///
  /// @param what kinds, classes and detectors as written
  /// @param detectors all that they stand for
  record Mask(Span span, List<Located<String>> what, SortedSet<String> detectors, OptionalInt keep)
      implements EffectDefinition {
    public Mask {
      what = List.copyOf(what);
    }

    @Override
    public String word() {
      return "mask";
    }
  }

  /// Constrains the targets.
  record Require(Span span, Expression constraint) implements EffectDefinition {
    @Override
    public String word() {
      return "require";
    }
  }

  /// Caps members of the request.
  record Set(
      Span span,
      OptionalLong maxTokens,
      OptionalDouble temperatureMin,
      OptionalDouble temperatureMax,
      OptionalLong choicesMax)
      implements EffectDefinition {
    @Override
    public String word() {
      return "set";
    }
  }

  /// Names the exchange.
  record Tag(Span span, SortedSet<String> names) implements EffectDefinition {
    @Override
    public String word() {
      return "tag";
    }
  }

  /// A text with `${expression}` in it.
  record Text(Span span, List<Part> parts) {
    public Text {
      parts = List.copyOf(parts);
    }

    public sealed interface Part {
      record Literal(String text) implements Part {}

      record Value(Expression expression) implements Part {}
    }
  }
}
