package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.evaluation.Decision;
import dev.gatewayctl.policy.evaluation.FactSource;
import dev.gatewayctl.policy.evaluation.Facts;
import dev.gatewayctl.policy.evaluation.Finding;
import dev.gatewayctl.policy.evaluation.Findings;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.graph.DetectorNode;
import dev.gatewayctl.policy.graph.ModelNode;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.meter.Cost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Decides a recorded exchange under another policy. Facts and findings come from the record and
/// from nowhere else: where a rule reads what the record does not hold, the exchange is
/// undecidable.
public final class RecordedExchange {
  /// Refusals that are no rule's: malformed, unknown, too large, limited, overloaded. They stay.
  private static final Set<Integer> KEPT = Set.of(400, 401, 404, 413, 429, 503);

  private final Engine engine;
  private final ExchangeRecord record;
  private final Findings request;
  private final Findings answer;
  private @Nullable Candidate candidate;

  private RecordedExchange(Engine engine, ExchangeRecord record) {
    this.engine = engine;
    this.record = record;
    this.request = findings("request");
    this.answer = findings("response");
  }

  /// What another policy makes of an exchange.
  public sealed interface Replayed {
    /// It stands as it was recorded: no rule had a say in it.
    record Kept() implements Replayed {}

    /// It is decided anew.
    ///
    /// @param decision `allow` or `deny`
    /// @param rules what refuses it, by id or path
    /// @param costNanos of the recorded usage at the new policy's prices; 0 when nothing is sent
    record Decided(String decision, List<String> rules, long costNanos) implements Replayed {
      public Decided {
        rules = List.copyOf(rules);
      }
    }

    /// The record does not hold what a rule reads.
    ///
    /// @param fact its name, or what was not looked for
    record Undecidable(String fact) implements Replayed {}
  }

  /// Ends a decision at a fact that was not recorded.
  private static final class Unrecorded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unrecorded(String fact) {
      super(fact, null, false, false);
    }
  }

  /// Decides one record.
  public static Replayed replay(Engine engine, ExchangeRecord record) {
    boolean chat = record.surface().filter("chat"::equals).isPresent();
    if (!chat || (record.decision().equals("deny") && KEPT.contains(record.status()))) {
      return new Replayed.Kept();
    }
    try {
      return new RecordedExchange(engine, record).decide();
    } catch (Unrecorded missing) {
      return new Replayed.Undecidable(String.valueOf(missing.getMessage()));
    }
  }

  private Replayed decide() {
    Optional<ModelNode> model = record.model().flatMap(engine.graph()::model);
    if (model.isEmpty()) {
      return new Replayed.Decided("deny", List.of("models"), 0);
    }
    mustHaveScanned(engine.needs().requestDetectors());
    Decision connect = decision(Phase.CONNECT);
    Decision asked = decision(Phase.REQUEST);
    List<String> refusing = new ArrayList<>();
    connect.denial().ifPresent(denial -> refusing.add(denial.rule()));
    asked.denial().ifPresent(denial -> refusing.add(denial.rule()));
    if (refusing.isEmpty()) {
      engine
          .access()
          .refusal(record.principal(), model.get().name(), connect.allowed() || asked.allowed())
          .flatMap(Refusal::by)
          .ifPresent(refusing::add);
    }
    if (!refusing.isEmpty()) {
      return new Replayed.Decided("deny", refusing, 0);
    }
    List<Decision.Requirement> requirements = new ArrayList<>(connect.requirements());
    requirements.addAll(asked.requirements());
    Set<String> excluding = new TreeSet<>();
    List<Candidate> left = candidates(model.get(), requirements, excluding);
    if (left.isEmpty()) {
      return new Replayed.Decided("deny", List.copyOf(excluding), 0);
    }
    Candidate taken =
        left.stream()
            .filter(each -> record.target().filter(each.id()::equals).isPresent())
            .findFirst()
            .orElse(left.getFirst());
    candidate = taken;
    if (engine.deniesAnswers() && record.target().isPresent()) {
      mustHaveInspectedAnswer();
      Optional<Decision.Denial> denied = decision(Phase.RESPONSE).denial();
      if (denied.isPresent()) {
        return new Replayed.Decided("deny", List.of(denied.get().rule()), cost(taken));
      }
    }
    return new Replayed.Decided("allow", List.of(), cost(taken));
  }

  private List<Candidate> candidates(
      ModelNode model, List<Decision.Requirement> requirements, Set<String> excluding) {
    List<Candidate> left = new ArrayList<>();
    for (ModelNode.TargetNode target : model.targets()) {
      Candidate next = new Candidate(target, engine.provider(target.provider()));
      candidate = next;
      Facts frame = frame(Phase.TARGET);
      Decision decision = engine.evaluator().decide(Phase.TARGET, frame);
      Set<String> out = new TreeSet<>();
      decision.denial().ifPresent(denial -> out.add(denial.rule()));
      List<Decision.Requirement> all = new ArrayList<>(requirements);
      all.addAll(decision.requirements());
      for (Decision.Requirement requirement : all) {
        if (!engine.evaluator().allows(requirement, frame)) {
          out.add(requirement.rule());
        }
      }
      excluding.addAll(out);
      if (out.isEmpty()) {
        left.add(next);
      }
    }
    return left;
  }

  private long cost(Candidate taken) {
    if (record.costNanos().isEmpty() || taken.target().price().isEmpty()) {
      return 0;
    }
    OptionalLong nanos = Cost.nanos(record.usage(), taken.target().price().get());
    return nanos.orElse(0);
  }

  private void mustHaveScanned(Set<String> detectors) {
    for (String detector : detectors) {
      if (!record.scanned().contains(detector)) {
        throw new Unrecorded("findings of " + detector);
      }
    }
  }

  /// The record names the detectors of both directions together: an answer is known to have been
  /// looked at only where something says so.
  private void mustHaveInspectedAnswer() {
    mustHaveScanned(engine.needs().answerDetectors());
    boolean seen =
        record.rules().stream().anyMatch(hit -> hit.phase().filter("response"::equals).isPresent())
            || record.scores().containsKey("response")
            || record.facts().containsKey(RecordedFacts.ANSWER_SEEN);
    if (!seen && !engine.needs().answerDetectors().isEmpty()) {
      throw new Unrecorded("findings of the answer");
    }
  }

  private Decision decision(Phase phase) {
    return engine.evaluator().decide(phase, frame(phase));
  }

  private Facts frame(Phase phase) {
    return Facts.of(new Source(phase), engine.vocabulary());
  }

  private Findings findings(String phase) {
    List<Finding> found = new ArrayList<>();
    Set<String> kinds = new TreeSet<>();
    for (ExchangeRecord.FindingCount count : record.findings()) {
      if (count.phase().equals(phase)) {
        kinds.add(count.kind());
        Finding finding =
            new Finding(
                count.kind(),
                classes(count.detector()),
                count.detector(),
                Location.of(count.location()).orElse(Location.METADATA),
                count.score(),
                count.latest());
        for (int i = 0; i < count.count(); i++) {
          found.add(finding);
        }
      }
    }
    List<Finding> faint = new ArrayList<>();
    record
        .scores()
        .getOrDefault(phase, Map.of())
        .forEach(
            (kind, score) -> {
              if (!kinds.contains(kind)) {
                faint.add(new Finding(kind, Set.of(), kind, Location.USER, score, true));
              }
            });
    return new Findings(found, faint);
  }

  private Set<String> classes(String detector) {
    DetectorNode node = engine.graph().detectors().get(detector);
    return node == null ? Set.of() : node.classes();
  }

  /// Facts out of the record.
  private final class Source implements FactSource {
    private final Phase phase;

    Source(Phase phase) {
      this.phase = phase;
    }

    @Override
    public @Nullable Object read(Fact fact) {
      return switch (fact.name()) {
        case "findings" -> phase == Phase.RESPONSE ? answer : request;
        case "request.findings" -> request;
        case "response.findings" -> answer;
        case "target.provider" -> considered().provider().name();
        case "target.model" -> considered().target().model();
        case "target.region" -> considered().provider().region().orElse(null);
        case "model.name" -> record.model().orElse(null);
        case "principal.org" -> record.principal().org().orElse(null);
        case "principal.team" -> record.principal().team().orElse(null);
        case "principal.app" -> record.principal().app().orElse(null);
        case "principal.user" -> record.principal().user().orElse(null);
        case "principal.key" -> record.principal().key().orElse(null);
        case "request.surface" -> record.surface().orElse(null);
        case "request.stream" -> record.stream();
        case "now.time" -> record.time();
        case "now.hour" -> (long) localTime().getHour();
        case "now.weekday" -> (long) localTime().getDayOfWeek().getValue();
        case "now.date" -> localTime().toLocalDate().toString();
        default -> recorded(fact);
      };
    }

    private java.time.ZonedDateTime localTime() {
      return record.time().atZone(engine.graph().server().timeZone());
    }

    private Candidate considered() {
      Candidate considered = candidate;
      if (considered == null) {
        throw new IllegalStateException("no target is considered");
      }
      return considered;
    }

    private Object recorded(Fact fact) {
      Object value = record.facts().get(fact.name());
      Optional<Object> parsed = value == null ? Optional.empty() : RecordedFacts.parse(fact, value);
      return parsed.orElseThrow(() -> new Unrecorded(fact.name()));
    }

    @Override
    public @Nullable Bounds bounds(Fact fact) {
      return record.facts().get(fact.name()) instanceof Map<?, ?> bounds
              && bounds.get("min") instanceof Long min
              && bounds.get("max") instanceof Long max
          ? new Bounds(min, max)
          : null;
    }
  }
}
