package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.evaluation.FactSource;
import dev.gatewayctl.policy.evaluation.Facts;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.expression.Vocabulary;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Facts as records keep them, and back: text, numbers, truths and lists of texts. Content never,
/// findings neither: those stand in the record by themselves.
public final class RecordedFacts {
  /// Recorded of every answer that rules looked at, and of no other.
  static final String ANSWER_SEEN = "response.status";

  private RecordedFacts() {}

  /// Adds the content-free facts of a frame.
  ///
  /// @param all whether those that no rule read are added too
  static void add(
      Facts frame,
      Vocabulary vocabulary,
      boolean all,
      ExchangeState state,
      Map<String, Object> recorded) {
    if (all) {
      for (Fact fact : vocabulary.facts()) {
        if (fact.executes() && fact.contentFree() && isHere(fact, state)) {
          frame.read(fact);
        }
      }
    }
    frame
        .known()
        .forEach(
            (fact, value) -> {
              if (fact.contentFree() && fact.type() != Type.Simple.FINDINGS) {
                plain(value).ifPresent(text -> recorded.put(fact.name(), text));
              }
            });
  }

  /// Whether a fact's phase has come.
  private static boolean isHere(Fact fact, ExchangeState state) {
    boolean early = fact.phases().contains(Phase.CONNECT);
    boolean request =
        fact.phases().contains(Phase.REQUEST)
            && state.requestIfRead().isPresent()
            && state.modelIfKnown().isPresent();
    return early || request;
  }

  private static Optional<Object> plain(Object value) {
    return switch (value) {
      case String text -> Optional.of(text);
      case Long number -> Optional.of(number);
      case Double number -> Optional.of(number);
      case Boolean truth -> Optional.of(truth);
      case FactSource.Bounds bounds -> Optional.of(bounds);
      case Instant time -> Optional.of(time.toString());
      case Duration length -> Optional.of(length.toString());
      case InetAddress address -> Optional.of(address.getHostAddress());
      case List<?> list -> Optional.of(list.stream().map(Object::toString).toList());
      default -> Optional.empty();
    };
  }

  /// A recorded value as the evaluator knows it; empty when it is not of the fact's type.
  public static Optional<Object> parse(Fact fact, Object recorded) {
    try {
      return Optional.ofNullable(parsed(fact.type(), recorded));
    } catch (java.time.DateTimeException | IllegalArgumentException notOfThatType) {
      return Optional.empty();
    }
  }

  private static @org.jspecify.annotations.Nullable Object parsed(Type type, Object recorded) {
    return switch (type) {
      case Type.Simple.BOOL -> recorded instanceof Boolean ? recorded : null;
      case Type.Simple.INT -> recorded instanceof Long ? recorded : null;
      case Type.Simple.DOUBLE ->
          recorded instanceof Long whole
              ? Double.valueOf(whole)
              : recorded instanceof Double ? recorded : null;
      case Type.Simple.TIMESTAMP -> Instant.parse(recorded.toString());
      case Type.Simple.DURATION -> Duration.parse(recorded.toString());
      case Type.Simple.IP -> InetAddress.ofLiteral(recorded.toString());
      case Type.Simple.STRING -> recorded instanceof String ? recorded : null;
      case Type.Nominal _ -> recorded instanceof String ? recorded : null;
      case Type.ListOf _ ->
          recorded instanceof List<?> list ? Collections.unmodifiableList(list) : null;
      default -> null;
    };
  }
}
