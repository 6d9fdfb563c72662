package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.evaluation.FactSource;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Vocabulary;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where the facts of the vocabulary come from: one function of the exchange for each fact that
/// this version computes. The vocabulary and this table are held equal by a test.
final class ExchangeBindings {
  private static final ExchangeBindings STANDARD = bind(Vocabulary.standard());

  private final List<Binding> bySlot;
  private final Set<String> names;

  /// How one fact is read from an exchange; null when the exchange has no such value.
  private interface Binding {
    @Nullable Object read(ExchangeState state);
  }

  private ExchangeBindings(List<Binding> bySlot, Set<String> names) {
    this.bySlot = List.copyOf(bySlot);
    this.names = names;
  }

  static ExchangeBindings standard() {
    return STANDARD;
  }

  /// The names of the facts that are bound.
  Set<String> names() {
    return names;
  }

  /// The facts of an exchange in one phase.
  FactSource source(ExchangeState state, Phase phase) {
    return new Source(state, phase);
  }

  private final class Source implements FactSource {
    private final ExchangeState state;
    private final Phase phase;

    Source(ExchangeState state, Phase phase) {
      this.state = state;
      this.phase = phase;
    }

    @Override
    public @Nullable Object read(Fact fact) {
      Object given = state.given(fact.name());
      if (given != null) {
        return given;
      }
      if (fact.name().equals("findings")) {
        return phase == Phase.RESPONSE ? state.answerFindings() : state.requestFindings();
      }
      return bySlot.get(fact.slot()).read(state);
    }

    @Override
    public @Nullable Bounds bounds(Fact fact) {
      return fact.name().equals("tokens.input") && state.given("tokens.input") == null
          ? state.tokenBounds()
          : null;
    }

    @Override
    public boolean ran(Phase asked) {
      return state.ran(asked);
    }
  }

  private static ExchangeBindings bind(Vocabulary vocabulary) {
    Map<String, Binding> table = table();
    List<Binding> bySlot = new ArrayList<>();
    for (int slot = 0; slot < vocabulary.slots(); slot++) {
      bySlot.add(
          _ -> {
            throw new IllegalStateException("a fact that nothing computes is read");
          });
    }
    table.forEach((name, binding) -> bySlot.set(vocabulary.named(name).slot(), binding));
    return new ExchangeBindings(bySlot, Set.copyOf(table.keySet()));
  }

  private static Map<String, Binding> table() {
    Map<String, Binding> table = new HashMap<>();
    connect(table);
    request(table);
    answer(table);
    table.put("findings", ExchangeState::requestFindings);
    table.put("request.findings", ExchangeState::requestFindings);
    table.put("response.findings", ExchangeState::answerFindings);
    return table;
  }

  private static void connect(Map<String, Binding> table) {
    table.put("request.surface", s -> s.arrival().surface().word());
    table.put("request.path", s -> s.arrival().path());
    table.put("request.method", s -> s.arrival().method());
    table.put("request.source_ip", s -> s.arrival().source());
    table.put("headers", s -> s.arrival().headers());
    table.put("principal.org", s -> s.principal().org().orElse(null));
    table.put("principal.team", s -> s.principal().team().orElse(null));
    table.put("principal.app", s -> s.principal().app().orElse(null));
    table.put("principal.key", s -> s.principal().key().orElse(null));
    table.put("principal.user", s -> s.principal().user().orElse(null));
    table.put("principal.id", s -> s.principal().id());
    table.put("principal.kind", s -> s.principal().kind());
    table.put("principal.groups", s -> List.copyOf(s.principal().groups()));
    table.put("principal.claims", _ -> Map.of());
    table.put("principal.known", s -> !s.principal().kind().equals("anonymous"));
    table.put("now.time", s -> s.arrival().time());
    table.put("now.hour", s -> (long) s.localTime().getHour());
    table.put("now.weekday", s -> (long) s.localTime().getDayOfWeek().getValue());
    table.put("now.date", s -> localDate(s.localTime()));
  }

  private static String localDate(ZonedDateTime time) {
    return time.toLocalDate().toString();
  }

  private static void request(Map<String, Binding> table) {
    table.put("model.name", s -> s.model().name());
    table.put("request.stream", s -> s.request().stream());
    table.put("request.max_tokens", s -> s.effectiveMaxTokens());
    table.put("request.temperature", s -> boxed(s.request().temperature()));
    table.put("request.choices", s -> s.request().choices());
    table.put("request.reasoning", s -> s.request().reasoning().orElse(null));
    table.put("request.metadata", s -> s.request().metadata());
    table.put("request.bytes", s -> (long) s.request().body().length);
    table.put("prompt.text", s -> s.request().text());
    table.put("prompt.system", s -> s.request().system());
    table.put("prompt.last_user", s -> s.request().lastUser());
    table.put("prompt.turns", s -> (long) s.request().turns());
    table.put("prompt.modalities", s -> List.copyOf(s.request().modalities()));
    table.put("tools.names", s -> s.request().toolNames());
    table.put("tools.count", s -> (long) s.request().toolNames().size());
    table.put("mcp.server", s -> s.mcpServer().orElse(null));
    table.put("mcp.method", s -> s.mcpMethod().orElse(null));
    table.put("mcp.tool", s -> s.mcpTool().orElse(null));
    table.put("mcp.arguments", s -> s.mcpArguments());
    table.put("tokens.input", ExchangeState::inputTokens);
    table.put("target.provider", s -> s.candidate().provider().name());
    table.put("target.model", s -> s.candidate().target().model());
    table.put("target.region", s -> s.candidate().provider().region().orElse(null));
  }

  private static @Nullable Double boxed(java.util.OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static void answer(Map<String, Binding> table) {
    table.put("response.status", s -> (long) s.answer().status());
    table.put("response.text", s -> s.answer().text().get());
    table.put("response.model", s -> s.answer().model().orElse(null));
    table.put("response.finish_reason", s -> s.answer().finishReason().orElse(null));
    table.put("response.tool_calls", s -> s.answer().toolCalls());
    table.put("usage.input", s -> s.settlement().usage().input().orElse(0));
    table.put("usage.cached", s -> s.settlement().usage().cached().orElse(0));
    table.put("usage.cache_write", s -> s.settlement().cacheWrites());
    table.put("usage.output", s -> s.settlement().usage().output().orElse(0));
    table.put("usage.reasoning", s -> s.settlement().usage().reasoning().orElse(0));
    table.put("cost.usd", s -> s.settlement().costNanos() / ExchangeState.NANOS_PER_DOLLAR);
    table.put("outcome", s -> s.settlement().outcome());
    table.put("latency.total", s -> s.settlement().latency());
    table.put("latency.first_token", s -> s.settlement().firstToken().orElse(null));
  }
}
