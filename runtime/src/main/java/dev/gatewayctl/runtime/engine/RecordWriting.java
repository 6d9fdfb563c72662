package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.evaluation.Decision;
import dev.gatewayctl.policy.graph.ModelNode;
import dev.gatewayctl.policy.graph.RuleNode;
import dev.gatewayctl.runtime.exchange.Attempt;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.exchange.Principal;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.meter.Cost;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The last step of an exchange: usage becomes cost, the `settle` rules are decided, and everything
/// becomes one record.
public final class RecordWriting {
  private static final Principal STRANGER =
      new Principal(
          "unknown",
          "anonymous",
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Collections.emptySortedSet());

  private RecordWriting() {}

  /// Settles an exchange. Called exactly once for each.
  public static ExchangeRecord settle(GovernedExchange exchange, Ending ending) {
    settleRules(exchange, ending);
    return withoutRules(exchange, ending);
  }

  /// The record of an exchange whose `settle` rules cannot be decided, because a fault of ours
  /// ended it.
  public static ExchangeRecord withoutRules(GovernedExchange exchange, Ending ending) {
    ExchangeState state = exchange.state();
    Engine engine = exchange.engine();
    RecordDraft draft = exchange.draft();
    Usage usage = usage(ending);
    OptionalLong cost = cost(ending);
    Optional<Candidate> from = ending.answer().map(GovernedAnswer::from);
    Optional<ModelNode.PriceNode> price = price(ending);
    ending.refusal().flatMap(Refusal::by).ifPresent(draft::refusedBy);

    Arrival arrival = state.arrival();
    boolean denied = ending.outcome().equals("denied");
    return new ExchangeRecord(
        arrival.id(),
        arrival.time(),
        ending.ended(),
        engine.graph().policyDigest(),
        Optional.of(arrival.surface().word()),
        state.requestIfRead().map(dev.gatewayctl.runtime.wire.RequestBody::stream).orElse(false),
        state.principalIfKnown().orElse(STRANGER),
        state.modelIfKnown().map(ModelNode::name).filter(name -> !name.isEmpty()),
        from.map(Candidate::id),
        from.map(candidate -> candidate.provider().name()),
        from.flatMap(candidate -> candidate.provider().region()),
        denied ? "deny" : "allow",
        ending.status(),
        ending.refusal().map(Refusal::code),
        ending.refusal().map(Refusal::reason),
        draft.hits(),
        kept(draft.tags()),
        draft.findings(),
        draft.scores(),
        kept(draft.scanned()),
        kept(draft.masked()),
        draft.stripped(),
        attempts(ending.attempts(), usage, cost),
        usage,
        cost,
        price.map(ModelNode.PriceNode::source),
        ending.latency().toMillis(),
        ending
            .firstToken()
            .map(first -> OptionalLong.of(first.toMillis()))
            .orElse(OptionalLong.empty()),
        ending.outcome(),
        ending.inputDigest(),
        kept(exchange.facts()));
  }

  private static SortedSet<String> kept(SortedSet<String> set) {
    return set.isEmpty() ? Collections.emptySortedSet() : new TreeSet<>(set);
  }

  private static <V> SortedMap<String, V> kept(SortedMap<String, V> map) {
    return map.isEmpty() ? Collections.emptySortedMap() : new TreeMap<>(map);
  }

  /// The last attempt is the one that was answered: usage and cost are its own.
  private static List<Attempt> attempts(List<Attempt> attempts, Usage usage, OptionalLong cost) {
    if (attempts.isEmpty() || usage.equals(Usage.UNKNOWN)) {
      return attempts;
    }
    List<Attempt> all = new java.util.ArrayList<>(attempts);
    Attempt last = all.removeLast();
    all.add(new Attempt(last.target(), last.status(), last.latencyMillis(), usage, cost));
    return all;
  }

  private static Usage usage(Ending ending) {
    return ending.answer().map(GovernedAnswer::usage).orElse(Usage.UNKNOWN);
  }

  private static Optional<ModelNode.PriceNode> price(Ending ending) {
    return ending.answer().flatMap(answer -> answer.from().target().price());
  }

  private static OptionalLong cost(Ending ending) {
    Usage usage = usage(ending);
    Optional<ModelNode.PriceNode> price = price(ending);
    return price.isPresent() && !usage.equals(Usage.UNKNOWN)
        ? Cost.nanos(usage, price.get())
        : OptionalLong.empty();
  }

  private static void settleRules(GovernedExchange exchange, Ending ending) {
    List<RuleNode> rules = exchange.engine().graph().rules().getOrDefault(Phase.SETTLE, List.of());
    if (rules.isEmpty()) {
      return;
    }
    ExchangeState state = exchange.state();
    state.running(Phase.SETTLE);
    state.settled(
        new ExchangeState.Settlement(
            usage(ending),
            cost(ending).orElse(0),
            ending.outcome(),
            ending.latency(),
            ending.firstToken()));
    Decision decision =
        exchange
            .engine()
            .evaluator()
            .decide(Phase.SETTLE, exchange.engine().facts(state, Phase.SETTLE));
    exchange.draft().decided(decision);
  }
}
