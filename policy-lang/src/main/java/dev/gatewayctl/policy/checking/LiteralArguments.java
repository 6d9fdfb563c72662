package dev.gatewayctl.policy.checking;

import static dev.gatewayctl.policy.diagnostic.DiagnosticCode.CONTROL_CHARACTER;
import static dev.gatewayctl.policy.diagnostic.DiagnosticCode.INVALID_PATTERN;
import static dev.gatewayctl.policy.diagnostic.DiagnosticCode.PATTERN_NOT_LITERAL;

import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Function;
import dev.gatewayctl.policy.expression.TextForms;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.expression.Type.Simple;
import dev.gatewayctl.policy.pattern.Pattern;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Checks texts that stand for other values while the policy is read: patterns, networks, zones,
/// durations, timestamps.
final class LiteralArguments {
  private final Typing typing;

  LiteralArguments(Typing typing) {
    this.typing = typing;
  }

  /// A function call; of a duration or timestamp in a literal the value itself.
  @Nullable Expression function(
      Function function, List<Expression> arguments, Type result, Parsed.Invoke call) {
    Span span = typing.span(call);
    Expression first = arguments.getFirst();
    if (first.type().equals(result) && function.word().equals(result.word())) {
      return first;
    }
    boolean duration = function == Function.TO_DURATION;
    boolean timestamp = function == Function.TO_TIMESTAMP;
    if (first instanceof Expression.Literal literal && (duration || timestamp)) {
      Optional<?> value =
          switch (literal.value()) {
            case String text when duration -> TextForms.duration(text);
            case String text -> TextForms.timestamp(text);
            case Long seconds -> moment(seconds);
            case null -> Optional.empty();
            case Object other -> Optional.empty();
          };
      if (value.isEmpty()) {
        String form =
            duration ? "no duration such as `1h30m`" : "no moment such as `2027-01-31T08:00:00Z`";
        Invocations.invalid(typing, NominalCheck.inside(first.span()), form);
        return null;
      }
      return new Expression.Literal(value.get(), result, span);
    }
    return new Expression.Call(function, arguments, result, span);
  }

  private static Optional<Instant> moment(long seconds) {
    boolean outside =
        seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond();
    return outside ? Optional.empty() : TextForms.inRange(Instant.ofEpochSecond(seconds));
  }

  /// Whether a time zone is valid; one that is computed is decided at run time.
  boolean zone(Expression zone) {
    if (zone instanceof Expression.Literal literal && literal.value() instanceof String text) {
      if (TextForms.zone(text).isEmpty()) {
        Invocations.invalid(
            typing,
            NominalCheck.inside(zone.span()),
            "no time zone such as `Europe/Berlin` or `+01:00`");
        return false;
      }
      return true;
    }
    return typing.fits(zone, Simple.STRING, zone.span(), "a time zone");
  }

  /// Whether all networks are literals and valid.
  boolean networks(Expression argument) {
    return switch (argument) {
      case Expression.Literal literal when literal.value() instanceof String text ->
          network(text, literal.span());
      case Expression.ListLiteral list -> {
        boolean valid = true;
        for (Expression element : list.elements()) {
          valid &= networks(element);
        }
        yield valid;
      }
      case Expression other -> {
        typing
            .mismatch(other.span(), "a network is a text in the policy")
            .help("write it as a literal such as `'10.0.0.0/8'`, or name a list of them");
        yield false;
      }
    };
  }

  private boolean network(String text, Span span) {
    Optional<TextForms.Network> network = TextForms.network(text);
    Span at = NominalCheck.inside(span);
    if (network.isEmpty()) {
      Invocations.invalid(typing, at, "no network such as `10.0.0.0/8`");
      return false;
    }
    if (network.get().hasStrayBits()) {
      Invocations.invalid(typing, at, "an address inside a network, not the network itself");
      return false;
    }
    return true;
  }

  /// Whether a pattern is a literal and valid.
  ///
  /// @param source the literal as written, to report at the place inside of it
  boolean pattern(Expression pattern, Parsed source) {
    if (!(pattern instanceof Expression.Literal constant)
        || !(constant.value() instanceof String regex)) {
      typing
          .out()
          .report(
              PATTERN_NOT_LITERAL,
              pattern.span(),
              "the pattern of `matches` must be a text in the policy")
          .help("patterns are compiled once, when the policy is loaded")
          .help("a plain text that is computed is asked for with `contains`");
      return false;
    }
    return switch (Pattern.parse(regex)) {
      case Pattern.Parsed.Valid valid -> !hasBackspace(regex, source);
      case Pattern.Parsed.Invalid(String message, int start, int end, String help) -> {
        Span at =
            source instanceof Parsed.Text text
                ? typing.text.span(text.literal().offset(start), text.literal().offset(end))
                : pattern.span();
        typing.out().report(INVALID_PATTERN, at, message).help(help);
        yield false;
      }
    };
  }

  /// `"\b"` is a backspace to CEL: the border of a word that was meant would never be found.
  private boolean hasBackspace(String regex, Parsed source) {
    int place = regex.indexOf('\b');
    if (place < 0) {
      return false;
    }
    Span at =
        source instanceof Parsed.Text text
            ? typing.text.span(text.literal().offset(place), text.literal().offset(place + 1))
            : typing.span(source);
    typing
        .out()
        .report(CONTROL_CHARACTER, at, "`\\b` in a quoted text is a backspace")
        .help("a raw text leaves the pattern as it is: `r'\\b'`");
    return true;
  }
}
