package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.evaluation.FactSource.Bounds;
import dev.gatewayctl.policy.evaluation.Findings;
import dev.gatewayctl.policy.graph.ModelNode;
import dev.gatewayctl.runtime.exchange.Principal;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.inspect.Inspection;
import dev.gatewayctl.runtime.mcp.McpRequest;
import dev.gatewayctl.runtime.meter.TokenCounter;
import dev.gatewayctl.runtime.wire.RequestBody;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What is known of one exchange so far; the facts are read from it. Each part is there once its
/// step has run. Used by one thread at a time.
final class ExchangeState {
  static final double NANOS_PER_DOLLAR = 1e9;

  private final Engine engine;
  private final Arrival arrival;
  private final Map<String, Object> given;
  private final Set<Phase> ran = EnumSet.noneOf(Phase.class);

  private @Nullable Principal principal;
  private @Nullable RequestBody request;
  private @Nullable ModelNode model;
  private @Nullable Inspection requestInspection;
  private @Nullable Candidate candidate;
  private @Nullable AnswerFacts answer;
  private @Nullable Findings answerFindings;
  private @Nullable Settlement settlement;
  private @Nullable List<String> texts;
  private long tokens = -1;

  /// A tool of which it is asked whether it may be called.
  private Optional<String> supposedTool = Optional.empty();

  /// What rules may know of an answer.
  ///
  /// @param text decoded for the rules that read it
  record AnswerFacts(
      int status,
      Supplier<String> text,
      Optional<String> model,
      Optional<String> finishReason,
      List<String> toolCalls) {}

  /// How an exchange ended.
  record Settlement(
      Usage usage,
      long costNanos,
      String outcome,
      Duration latency,
      Optional<Duration> firstToken) {
    long cacheWrites() {
      return usage.cacheWrite().orElse(0) + usage.cacheWrite1h().orElse(0);
    }
  }

  /// @param given facts that a test sets by their names
  ExchangeState(Engine engine, Arrival arrival, Map<String, Object> given) {
    this.engine = engine;
    this.arrival = arrival;
    this.given = Map.copyOf(given);
  }

  @Nullable Object given(String fact) {
    return given.isEmpty() ? null : given.get(fact);
  }

  Arrival arrival() {
    return arrival;
  }

  ZonedDateTime localTime() {
    return arrival.time().atZone(engine.graph().server().timeZone());
  }

  boolean ran(Phase phase) {
    return ran.contains(phase);
  }

  void running(Phase phase) {
    ran.add(phase);
  }

  Principal principal() {
    return Objects.requireNonNull(principal, "not authenticated yet");
  }

  Optional<Principal> principalIfKnown() {
    return Optional.ofNullable(principal);
  }

  void identified(Principal who) {
    principal = who;
  }

  RequestBody request() {
    return Objects.requireNonNull(request, "no body yet");
  }

  Optional<RequestBody> requestIfRead() {
    return Optional.ofNullable(request);
  }

  void read(RequestBody body) {
    request = body;
  }

  ModelNode model() {
    return Objects.requireNonNull(model, "no model yet");
  }

  Optional<ModelNode> modelIfKnown() {
    return Optional.ofNullable(model);
  }

  void asked(ModelNode declared) {
    model = declared;
  }

  void forgetModel() {
    model = null;
  }

  /// The server of tools that is called.
  Optional<String> mcpServer() {
    return request instanceof McpRequest ? arrival.spoken().provider() : Optional.empty();
  }

  Optional<String> mcpMethod() {
    return supposedTool.isPresent()
        ? Optional.of("tools/call")
        : request instanceof McpRequest message ? message.method() : Optional.empty();
  }

  Optional<String> mcpTool() {
    return supposedTool.isPresent()
        ? supposedTool
        : request instanceof McpRequest message ? message.tool() : Optional.empty();
  }

  Map<String, Object> mcpArguments() {
    return request instanceof McpRequest message ? message.arguments() : Map.of();
  }

  /// Until further notice the facts are those of a call of that tool.
  void supposing(Optional<String> tool) {
    supposedTool = tool;
  }

  /// What the detectors that request rules need found in the body, scanned when first asked.
  Inspection requestInspection() {
    Inspection done = requestInspection;
    if (done == null) {
      done = engine.inspectRequest(request().pieces());
      requestInspection = done;
    }
    return done;
  }

  Optional<Inspection> requestInspectionIfDone() {
    return Optional.ofNullable(requestInspection);
  }

  Findings requestFindings() {
    return request == null ? Findings.none() : requestInspection().findings();
  }

  Candidate candidate() {
    return Objects.requireNonNull(candidate, "no candidate yet");
  }

  void considering(Candidate next) {
    candidate = next;
  }

  AnswerFacts answer() {
    return Objects.requireNonNull(answer, "no answer yet");
  }

  void answered(AnswerFacts facts) {
    answer = facts;
  }

  Findings answerFindings() {
    return answerFindings == null ? Findings.none() : answerFindings;
  }

  void foundInAnswer(Findings findings) {
    answerFindings = findings;
  }

  Settlement settlement() {
    return Objects.requireNonNull(settlement, "not settled yet");
  }

  void settled(Settlement how) {
    settlement = how;
  }

  /// The caller's cap, else the model's own, else no cap at all.
  long effectiveMaxTokens() {
    return request().maxTokens().orElse(model().maxOutput().orElse(Integer.MAX_VALUE));
  }

  /// Tokens of the request's text by the fixed encoder.
  long inputTokens() {
    if (tokens < 0) {
      tokens = TokenCounter.count(texts());
    }
    return tokens;
  }

  /// The same for usage that the provider does not report: where the encoder is not there yet it is
  /// not waited for.
  long inputUsage() {
    return tokens >= 0 ? tokens : engine.usageCounter().count(texts());
  }

  Bounds tokenBounds() {
    return tokens >= 0 ? new Bounds(tokens, tokens) : TokenCounter.bounds(texts());
  }

  private List<String> texts() {
    List<String> known = texts;
    if (known == null) {
      known =
          request().pieces().stream()
              .filter(piece -> piece.location() != Location.METADATA)
              .map(piece -> piece.text().string())
              .toList();
      texts = known;
    }
    return known;
  }
}
