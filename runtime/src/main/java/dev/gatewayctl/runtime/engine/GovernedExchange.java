package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.evaluation.Decision;
import dev.gatewayctl.policy.evaluation.Facts;
import dev.gatewayctl.policy.evaluation.Tri;
import dev.gatewayctl.policy.evaluation.Value;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.graph.DefaultsNode;
import dev.gatewayctl.policy.graph.Effect;
import dev.gatewayctl.policy.graph.LimitNode;
import dev.gatewayctl.policy.graph.ModelNode;
import dev.gatewayctl.policy.graph.ProviderNode;
import dev.gatewayctl.runtime.exchange.Principal;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.mcp.McpDialect;
import dev.gatewayctl.runtime.meter.BucketKey;
import dev.gatewayctl.runtime.meter.RequestLimits;
import dev.gatewayctl.runtime.translation.TranslatedAnswer;
import dev.gatewayctl.runtime.wire.Mask;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One exchange under the policy, step by step, up to what leaves for a target. The gateway takes
/// these steps on live requests and the offline commands on recorded or authored ones: the same
/// code decides both. Each step returns why the exchange is refused, or nothing; after a refusal
/// only [RecordWriting#settle] may follow. Used by one thread at a time.
public final class GovernedExchange {
  private static final Decision UNDECIDED = Decision.nothing(Phase.REQUEST);

  private final Engine engine;
  private final ExchangeState state;
  private final RecordDraft draft;
  private final SortedMap<String, Object> facts = new TreeMap<>();
  private final List<Decision.Requirement> requirements = new ArrayList<>();

  private Decision requestDecision = UNDECIDED;
  private boolean allowedByRule;
  private boolean withoutAccess;
  private List<Mask> masks = List.of();
  private List<Candidate> candidates = List.of();
  private @Nullable Crossing crossing;
  private Optional<TranslatedAnswer> translated = Optional.empty();

  private GovernedExchange(Engine engine, ExchangeState state) {
    this.engine = engine;
    this.state = state;
    this.draft = new RecordDraft(engine.needs().maskedDetectors());
  }

  /// Begins an exchange.
  ///
  /// @param given facts that a test sets by their names; none on live traffic
  public static GovernedExchange begin(Engine engine, Arrival arrival, Map<String, Object> given) {
    return new GovernedExchange(engine, new ExchangeState(engine, arrival, given));
  }

  ExchangeState state() {
    return state;
  }

  RecordDraft draft() {
    return draft;
  }

  Engine engine() {
    return engine;
  }

  public Arrival arrival() {
    return state.arrival();
  }

  /// The declared model that is asked for, once it is known.
  public Optional<ModelNode> model() {
    return state.modelIfKnown();
  }

  /// The parsed body, once it is read.
  public Optional<RequestBody> body() {
    return state.requestIfRead();
  }

  public Optional<Principal> principal() {
    return state.principalIfKnown();
  }

  /// The ids of the enforced rules that applied so far.
  public List<String> appliedRules() {
    return draft.hits().stream()
        .filter(hit -> hit.mode().equals("enforce"))
        .map(dev.gatewayctl.runtime.exchange.ExchangeRecord.RuleHit::id)
        .distinct()
        .toList();
  }

  /// Masked spans so far, by kind.
  public Map<String, Integer> maskedSoFar() {
    return Map.copyOf(draft.masked());
  }

  /// Whether no model is asked, but the provider of the surface itself.
  public boolean isUnmodelled() {
    return arrival().spoken().provider().isPresent();
  }

  /// Tokens of the request's text by the fixed encoder; the body must be read.
  public long inputTokens() {
    return state.inputTokens();
  }

  /// Content-free facts as far as they were computed, by name.
  SortedMap<String, Object> facts() {
    return facts;
  }

  /// Says who asks.
  public void identified(Principal principal) {
    state.identified(principal);
  }

  /// Says that nobody in particular asks: offline, where no caller is named, the rules are decided
  /// for `nobody` and access is left out.
  public void unidentified(Principal nobody) {
    state.identified(nobody);
    withoutAccess = true;
  }

  /// Decides the rules over principal, headers and path.
  public Optional<Refusal> connect() {
    Decision decision = decide(Phase.CONNECT);
    requirements.addAll(decision.requirements());
    allowedByRule = decision.allowed();
    return denial(decision);
  }

  /// Reads the body: 400 when it is no request, 404 when its model is not declared.
  public Optional<Refusal> read(byte[] body) {
    return switch (arrival().dialect().request(body, arrival().spoken().path())) {
      case RequestBody.Reading.Refused refused ->
          Optional.of(Refusal.of(400, "invalid_request", refused.message()));
      case RequestBody.Reading.Read read -> {
        state.read(read.request());
        if (arrival().dialect() instanceof McpDialect tools) {
          tools.offering(this::mayCall);
        }
        Optional<ModelNode> model =
            arrival()
                .spoken()
                .provider()
                .map(Unmodelled::of)
                .or(() -> engine.graph().model(read.request().model()));
        model.ifPresent(state::asked);
        yield model.isPresent()
            ? Optional.empty()
            : Optional.of(
                Refusal.of(404, "model_not_found", "the model is not declared in the policy"));
      }
    };
  }

  /// Decides what cannot be read, the rules over the parsed request, access, and whether every mask
  /// can be written.
  public Optional<Refusal> request() {
    Optional<Refusal> opaque = opaque();
    Decision decision = decide(Phase.REQUEST);
    requestDecision = decision;
    requirements.addAll(decision.requirements());
    allowedByRule |= decision.allowed();
    Optional<Refusal> refusal = denial(decision).or(() -> opaque).or(this::access).or(this::mask);
    // A mask without a condition is the first to look for something.
    state
        .requestInspectionIfDone()
        .ifPresent(
            inspection -> {
              draft.scanned(inspection.detectors());
              draft.found("request", inspection.findings());
            });
    return refusal;
  }

  private Optional<Refusal> opaque() {
    if (state.request().opaque().isEmpty()) {
      return Optional.empty();
    }
    DefaultsNode.Opaque opaque = engine.graph().defaults().opaque();
    return switch (opaque) {
      case ALLOW -> Optional.empty();
      case TAG -> {
        draft.tag("opaque");
        yield Optional.empty();
      }
      case DENY ->
          Optional.of(
              Refusal.by(
                  "defaults.opaque",
                  403,
                  "policy_denied",
                  "the request holds content that cannot be inspected"));
    };
  }

  private Optional<Refusal> access() {
    if (withoutAccess) {
      return Optional.empty();
    }
    return arrival().surface() == Surface.MCP
        ? engine.access().toTools(allowedByRule)
        : engine.access().refusal(state.principal(), state.model().name(), allowedByRule);
  }

  private Optional<Refusal> mask() {
    if (requestDecision.masks().isEmpty()) {
      return Optional.empty();
    }
    Engine.Masked masked =
        engine.mask(state.request().pieces(), state.requestInspection(), requestDecision.masks());
    if (masked.unwritable().isPresent()) {
      return Optional.of(
          Refusal.by(
              masked.unwritable().get(),
              403,
              "policy_denied",
              "a value that must be masked stands where it cannot be replaced"));
    }
    masks = masked.masks();
    draft.masked(masked.counts());
    return Optional.empty();
  }

  /// Finds the targets that the policy leaves and that can be asked this, in the model's order. 403
  /// when the policy leaves none; 400 when none of those it leaves can be asked.
  public Optional<Refusal> targets() {
    List<Candidate> left = new ArrayList<>();
    Set<String> blockers = new TreeSet<>();
    Set<String> obstacles = new TreeSet<>();
    state.running(Phase.TARGET);
    for (ModelNode.TargetNode target : state.model().targets()) {
      ProviderNode provider = engine.provider(target.provider());
      Candidate candidate = new Candidate(target, provider);
      Set<String> excluded = excludedBy(candidate);
      if (excluded.isEmpty()) {
        crossing().obstacle(candidate).ifPresentOrElse(obstacles::add, () -> left.add(candidate));
      } else {
        blockers.addAll(excluded);
      }
    }
    candidates = List.copyOf(left);
    if (!left.isEmpty()) {
      state.considering(left.getFirst());
      return Optional.empty();
    }
    if (blockers.isEmpty()) {
      return Optional.of(
          Refusal.of(
              400, "invalid_request", "no target can be asked: " + obstacles.iterator().next()));
    }
    String by = blockers.iterator().next();
    return Optional.of(
        Refusal.by(
            by, 403, "policy_denied", "no target of the model satisfies the policy (" + by + ")"));
  }

  /// The rules by which a candidate is out.
  private Set<String> excludedBy(Candidate candidate) {
    state.considering(candidate);
    if (engine.isQuiet(Phase.TARGET) && requirements.isEmpty()) {
      return Set.of();
    }
    Facts frame = engine.facts(state, Phase.TARGET);
    Decision decision = engine.evaluator().decide(Phase.TARGET, frame);
    draft.decided(decision);
    Set<String> excluded = new TreeSet<>();
    decision.denial().ifPresent(denial -> excluded.add(denial.rule()));
    for (Decision.Requirement requirement : requirements) {
      if (!engine.evaluator().allows(requirement, frame)) {
        excluded.add(requirement.rule());
      }
    }
    for (Decision.Requirement requirement : decision.requirements()) {
      if (!engine.evaluator().allows(requirement, frame)) {
        excluded.add(requirement.rule());
      }
    }
    return excluded;
  }

  /// The targets that may be tried, in order; known after [#targets].
  public List<Candidate> candidates() {
    return candidates;
  }

  /// Takes a place in every limit that counts this exchange; 429 when one is full.
  public Optional<Refusal> limits(RequestLimits limits) {
    if (engine.graph().limits().isEmpty()) {
      return Optional.empty();
    }
    Facts frame = engine.facts(state, Phase.REQUEST);
    List<RequestLimits.Claim> claims = new ArrayList<>();
    for (LimitNode limit : engine.graph().limits()) {
      boolean counts =
          limit.when().isEmpty() || engine.evaluator().test(limit.when().get(), frame) != Tri.FALSE;
      if (counts) {
        claims.add(new RequestLimits.Claim(limit, bucket(limit, frame)));
      }
    }
    note(frame);
    RequestLimits.Refusal refusal = limits.tryAcquire(claims);
    return refusal == null
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                429,
                "rate_limit_exceeded",
                "the limit `" + refusal.path() + "` is reached",
                Optional.of(refusal.path()),
                Optional.of(refusal.retryAfter())));
  }

  /// The bucket of a limit for this exchange; a `by` in error is one shared bucket.
  private BucketKey bucket(LimitNode limit, Facts frame) {
    List<String> values = new ArrayList<>();
    for (Expression by : limit.by()) {
      switch (engine.evaluator().evaluate(by, frame)) {
        case Value.Of(Object value) -> values.add(value.toString());
        case Value.Absent() -> values.add("");
        case Value.Failed _ -> {
          return BucketKey.SHARED;
        }
      }
    }
    return BucketKey.of(values);
  }

  /// What leaves for a target that speaks as the caller does: the received bytes but for masks,
  /// caps and the model's name.
  byte[] bodyFor(Candidate candidate) {
    RequestEdits edits = RequestEdits.NONE.withModel(candidate.target().model());
    if (asksForUsage(candidate)) {
      edits = edits.withIncludeUsage();
    }
    return changed(edits, () -> Crossing.maxTokensMember(candidate.provider()));
  }

  /// The received bytes but for masks and caps, to be read for a translation.
  byte[] changedBody() {
    return changed(RequestEdits.NONE, () -> "max_tokens");
  }

  private byte[] changed(RequestEdits before, Supplier<String> maxTokensMember) {
    RequestEdits edits = before.withMasks(masks);
    if (requestDecision.caps().isPresent()) {
      Effect.Set caps = requestDecision.caps().get();
      edits = edits.withTemperature(caps.temperatureMin(), caps.temperatureMax());
      if (caps.maxTokens().isPresent()) {
        edits = edits.withMaxTokens(caps.maxTokens().getAsLong(), maxTokensMember.get());
      }
      if (caps.choicesMax().isPresent()) {
        edits = edits.withChoices(caps.choicesMax().getAsLong());
      }
    }
    return state.request().write(edits);
  }

  /// What leaves for a target that is tried now, and how its answer comes back.
  public Leaving leaving(Candidate candidate) {
    Leaving leaving = crossing().leaving(candidate);
    draft.lost(leaving.losses(), state.model().onUnsupported());
    translated = leaving.answer();
    return leaving;
  }

  private Crossing crossing() {
    Crossing known = crossing;
    if (known == null) {
      known = new Crossing(this);
      crossing = known;
    }
    return known;
  }

  /// The tokens that the provider counted, where its answer is translated.
  Optional<Usage> translatedUsage() {
    return translated.flatMap(TranslatedAnswer::usage);
  }

  /// Whether usage is asked for on a stream although the caller did not.
  boolean asksForUsage(Candidate candidate) {
    return state.request().stream()
        && !state.request().includeUsage()
        && Crossing.isNative(arrival().spoken(), candidate.provider())
        && Crossing.usageOnStreams(candidate.provider());
  }

  /// The models that the caller may ask for: those that grants and the rules over principal and
  /// model alone do not refuse, sorted.
  public List<String> visibleModels() {
    List<String> visible = new ArrayList<>();
    for (ModelNode model : engine.graph().models().values()) {
      state.asked(model);
      Facts frame = engine.facts(state, Phase.REQUEST);
      boolean refused =
          engine.needs().principalDenies().stream()
              .anyMatch(
                  rule ->
                      rule.when().isEmpty()
                          || engine.evaluator().test(rule.when().get(), frame) != Tri.FALSE);
      boolean allowed =
          allowedByRule
              || engine.needs().principalAllows().stream()
                  .anyMatch(
                      rule ->
                          rule.when().isEmpty()
                              || engine.evaluator().test(rule.when().get(), frame) == Tri.TRUE);
      if (!refused && engine.access().refusal(state.principal(), model.name(), allowed).isEmpty()) {
        visible.add(model.name());
      }
    }
    state.forgetModel();
    return visible;
  }

  /// Whether no rule over principal, server and tool alone refuses a call of a tool.
  private boolean mayCall(String tool) {
    if (engine.needs().toolDenies().isEmpty()) {
      return true;
    }
    state.supposing(Optional.of(tool));
    Facts frame = engine.facts(state, Phase.REQUEST);
    boolean refused =
        engine.needs().toolDenies().stream()
            .flatMap(rule -> rule.when().stream())
            .anyMatch(when -> engine.evaluator().test(when, frame) != Tri.FALSE);
    state.supposing(Optional.empty());
    return !refused;
  }

  private Decision decide(Phase phase) {
    state.running(phase);
    if (engine.isQuiet(phase)) {
      return Decision.nothing(phase);
    }
    Facts frame = engine.facts(state, phase);
    Decision decision = engine.evaluator().decide(phase, frame);
    draft.decided(decision);
    note(frame);
    return decision;
  }

  /// Keeps the facts of a frame for the record.
  void note(Facts frame) {
    engine.record(frame, state, facts);
  }

  static Optional<Refusal> denial(Decision decision) {
    return decision
        .denial()
        .map(denial -> Refusal.by(denial.rule(), denial.status(), denial.code(), denial.reason()));
  }
}
