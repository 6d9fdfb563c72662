package dev.gatewayctl.runtime.offline;

import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.wire.RequestBody;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// One thing that a test expects of an exchange.
sealed interface Expectation {
  /// Why it does not hold, in words without content; empty when it holds.
  Optional<String> failure(OfflineExchange.Outcome outcome);

  /// A word: `decision`, `status`, `code`, `model` or a fact of the target.
  record Word(String name, String expected) implements Expectation {
    @Override
    public Optional<String> failure(OfflineExchange.Outcome outcome) {
      ExchangeRecord exchange = outcome.exchange();
      String actual =
          switch (name) {
            case "decision" -> exchange.decision();
            case "status" -> Integer.toString(exchange.status());
            case "code" -> exchange.code().orElse("none");
            case "model" -> exchange.model().orElse("none");
            case "target.provider" -> outcome.target().map(t -> t.provider().name()).orElse("none");
            case "target.model" -> outcome.target().map(t -> t.target().model()).orElse("none");
            case "target.region" ->
                outcome.target().flatMap(t -> t.provider().region()).orElse("none");
            default -> throw new IllegalStateException("an expectation of " + name);
          };
      return against(actual);
    }

    Optional<String> against(String actual) {
      return actual.equals(expected)
          ? Optional.empty()
          : Optional.of("%s: expected `%s`, got `%s`".formatted(name, expected, actual));
    }
  }

  /// Names that must be among the `rules`, `tags` or kinds of `findings`.
  record Among(String name, List<String> expected) implements Expectation {
    @Override
    public Optional<String> failure(OfflineExchange.Outcome outcome) {
      ExchangeRecord exchange = outcome.exchange();
      Set<String> actual =
          switch (name) {
            case "rules" -> {
              Set<String> ids = new TreeSet<>();
              exchange.rules().stream()
                  .filter(hit -> hit.mode().equals("enforce"))
                  .forEach(hit -> ids.add(hit.id()));
              yield ids;
            }
            case "tags" -> exchange.tags();
            case "findings" -> found(exchange).keySet();
            default -> throw new IllegalStateException("an expectation of " + name);
          };
      return against(actual);
    }

    Optional<String> against(Set<String> actual) {
      List<String> missing = expected.stream().filter(each -> !actual.contains(each)).toList();
      return missing.isEmpty()
          ? Optional.empty()
          : Optional.of(
              "%s: expected `%s`, got %s"
                  .formatted(
                      name,
                      String.join("`, `", missing),
                      actual.isEmpty() ? "none" : "`" + String.join("`, `", actual) + "`"));
    }
  }

  /// How often each kind is `masked` or among the `findings`: these and no others.
  record Counts(String name, Map<String, Integer> expected) implements Expectation {
    @Override
    public Optional<String> failure(OfflineExchange.Outcome outcome) {
      Map<String, Integer> actual =
          name.equals("masked") ? outcome.exchange().masked() : found(outcome.exchange());
      return against(actual);
    }

    Optional<String> against(Map<String, Integer> actual) {
      return actual.equals(expected)
          ? Optional.empty()
          : Optional.of("%s: expected %s, got %s".formatted(name, new TreeMap<>(expected), actual));
    }
  }

  static Map<String, Integer> found(ExchangeRecord exchange) {
    Map<String, Integer> found = new TreeMap<>();
    exchange.findings().forEach(each -> found.merge(each.kind(), each.count(), Integer::sum));
    return found;
  }

  /// A text in what was `sent` or `received`.
  ///
  /// @param how `contains`, `not_contains` or `equals`
  record Content(String name, String how, String text) implements Expectation {
    @Override
    public Optional<String> failure(OfflineExchange.Outcome outcome) {
      boolean asks = name.equals("sent");
      Optional<OfflineExchange.Spelled> bytes = asks ? outcome.sent() : outcome.received();
      if (bytes.isEmpty()) {
        return how.equals("not_contains")
            ? Optional.empty()
            : Optional.of("%s.%s: nothing was %s".formatted(name, how, name));
      }
      String raw = new String(bytes.get().bytes(), StandardCharsets.UTF_8);
      Optional<RequestBody> request = asks ? bytes.get().request() : Optional.empty();
      String read = asks ? request.map(RequestBody::text).orElse("") : bytes.get().answer();
      String last = asks ? request.map(RequestBody::lastUser).orElse("") : read;
      boolean there = raw.contains(text) || read.contains(text);
      boolean holds =
          switch (how) {
            case "contains" -> there;
            case "not_contains" -> !there;
            case "equals" -> last.equals(text);
            default -> throw new IllegalStateException("an expectation of " + how);
          };
      return holds
          ? Optional.empty()
          : Optional.of("%s.%s: `%s` does not hold".formatted(name, how, text));
    }
  }
}
