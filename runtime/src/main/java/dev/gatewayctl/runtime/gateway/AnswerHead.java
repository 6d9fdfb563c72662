package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.runtime.engine.Refusal;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.wire.Dialect;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Heads of answers: what of the provider's comes back, and what the gateway adds.
final class AnswerHead {
  /// Not for the caller: the provider's own connection, its cookies, its server's name.
  private static final Set<String> DROPPED =
      Set.of(
          "set-cookie",
          "server",
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "content-length",
          "content-encoding",
          "date",
          "alt-svc",
          "strict-transport-security");

  private static final int TOO_MANY_REQUESTS = 429;

  /// Clients wait as long as they are told up to a minute; told more, they try again at their own
  /// pace.
  private static final Duration WORTH_WAITING = Duration.ofMinutes(1);

  private AnswerHead() {}

  /// The provider's fields that go on to the caller.
  static Headers relayed(Headers received) {
    Headers head = Headers.empty();
    Set<String> ofTheConnection = named(received.all("connection"));
    for (int i = 0; i < received.size(); i++) {
      String name = received.name(i);
      if (!DROPPED.contains(name)
          && !ofTheConnection.contains(name)
          && !name.startsWith("x-gatewayctl-")) {
        head.copy(received, i);
      }
    }
    return head;
  }

  /// The fields that a `connection` field names as meant for one hop only.
  private static Set<String> named(List<String> values) {
    if (values.isEmpty()) {
      return Set.of();
    }
    return values.stream()
        .flatMap(value -> Stream.of(value.split(",", -1)))
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  /// What was decided, where the policy wants it told.
  static void explain(Headers head, ExchangeRecord done) {
    List<String> rules =
        done.rules().stream()
            .filter(hit -> hit.mode().equals("enforce"))
            .map(ExchangeRecord.RuleHit::id)
            .distinct()
            .toList();
    explainStream(head, rules, done.masked());
    done.costNanos()
        .ifPresent(nanos -> head.set("x-gatewayctl-cost", JsonWriter.dollarsText(nanos)));
  }

  /// The same as far as it is known at the head of a stream.
  static void explainStream(Headers head, List<String> rules, Map<String, Integer> masked) {
    if (!rules.isEmpty()) {
      head.set("x-gatewayctl-rules", String.join(",", rules));
    }
    if (!masked.isEmpty()) {
      head.set(
          "x-gatewayctl-masked",
          new TreeMap<>(masked)
              .entrySet().stream()
                  .map(kind -> kind.getKey() + "=" + kind.getValue())
                  .collect(Collectors.joining(",")));
    }
  }

  /// A refusal in the caller's dialect.
  static Dialect.ErrorAnswer refusal(Dialect dialect, String exchange, Refusal refusal) {
    Dialect.ErrorAnswer shaped =
        dialect.error(
            new Dialect.ProtocolError(
                refusal.status(), refusal.code(), refusal.reason(), exchange));
    Headers head = shaped.head();
    head.set("x-gatewayctl-exchange", exchange);
    refusal
        .retryAfter()
        .ifPresent(
            wait -> {
              long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
              head.add("retry-after", Long.toString(seconds));
              head.add(
                  "retry-after-ms", Long.toString(Math.max(1, wait.plusNanos(999_999).toMillis())));
            });
    if (refusal.status() < 500) {
      boolean soon =
          refusal.retryAfter().filter(wait -> wait.compareTo(WORTH_WAITING) <= 0).isPresent();
      boolean retry = refusal.status() == TOO_MANY_REQUESTS && soon;
      head.add("x-should-retry", Boolean.toString(retry));
    }
    return shaped;
  }
}
