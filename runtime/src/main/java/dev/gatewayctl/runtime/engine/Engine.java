package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.evaluation.Decision;
import dev.gatewayctl.policy.evaluation.Evaluator;
import dev.gatewayctl.policy.evaluation.Facts;
import dev.gatewayctl.policy.evaluation.Finding;
import dev.gatewayctl.policy.evaluation.Findings;
import dev.gatewayctl.policy.expression.Vocabulary;
import dev.gatewayctl.policy.graph.Effect;
import dev.gatewayctl.policy.graph.ProviderNode;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.policy.graph.RuleNode;
import dev.gatewayctl.runtime.inspect.Inspection;
import dev.gatewayctl.runtime.inspect.Inspector;
import dev.gatewayctl.runtime.inspect.MaskPlan;
import dev.gatewayctl.runtime.inspect.Place;
import dev.gatewayctl.runtime.meter.UsageCounter;
import dev.gatewayctl.runtime.wire.Channel;
import dev.gatewayctl.runtime.wire.Mask;
import dev.gatewayctl.runtime.wire.TextPiece;
import dev.gatewayctl.runtime.wire.TextWindow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;

/// A rule graph made ready to run: conditions as closures, detectors as automata, facts bound to
/// exchanges. Immutable and thread-safe; a reload makes a new one.
public final class Engine {
  /// Something of each kind that detectors look closer at.
  private static final String WARM_TEXT =
      "mail a.b@example.org or +49 30 901820 from 192.0.2.1, card 4111 1111 1111 1111, DE89 3704"
          + " 0044 0532 0130 00, token eyJhbGciOiJIUzI1NiJ9.e30.c2ln, ghp_ sk- AKIA xoxb-";

  private final RuleGraph graph;
  private final Evaluator evaluator;
  private final Vocabulary vocabulary = Vocabulary.standard();
  private final ExchangeBindings bindings = ExchangeBindings.standard();
  private final Access access;
  private final Needs needs;
  private final Set<Phase> quiet;
  private final Inspector requestInspector;
  private final Inspector answerInspector;
  private final Findings anyFinding;
  private final boolean masksAnswers;

  /// The latest plan that was made: the maskings of most exchanges are the same.
  private volatile Planned planned = new Planned(List.of(), MaskPlan.of(List.of()));

  private record Planned(List<Decision.Masking> maskings, MaskPlan plan) {}

  private final UsageCounter usageCounter;

  private Engine(RuleGraph graph, UsageCounter usageCounter) {
    this.graph = graph;
    this.usageCounter = usageCounter;
    this.evaluator = Evaluator.link(graph);
    this.access = Access.of(graph);
    this.needs = Needs.of(graph);
    this.quiet = quiet(graph);
    this.masksAnswers = masksAnswers(graph);
    Inspector all = Inspector.of(graph);
    this.requestInspector = all.only(needs.requestDetectors());
    this.answerInspector = all.only(needs.answerDetectors());
    this.anyFinding = anyFinding(graph);
  }

  /// Links a graph; it needs nothing of the environment to decide.
  public static Engine link(RuleGraph graph) {
    return link(graph, UsageCounter.waiting());
  }

  /// The same where exchanges may not wait for the encoder of tokens.
  ///
  /// @param usageCounter counts the usage of answers that report none
  public static Engine link(RuleGraph graph, UsageCounter usageCounter) {
    return new Engine(graph, usageCounter);
  }

  /// Loads what the first exchange would otherwise wait for: the automata of the detectors and,
  /// where the policy needs it, the encoder of tokens.
  public void warm() {
    if (needs.countsTokens()) {
      usageCounter.load();
    }
    byte[] text = WARM_TEXT.getBytes(StandardCharsets.UTF_8);
    List<Inspector.Piece> pieces =
        List.of(Inspector.Piece.of(new Place(Location.USER, true), text));
    requestInspector.inspect(pieces).findings();
    answerInspector.inspect(pieces).findings();
  }

  private static Findings anyFinding(RuleGraph graph) {
    List<Finding> everything = new ArrayList<>();
    graph
        .detectors()
        .values()
        .forEach(
            node ->
                everything.add(
                    new Finding(
                        node.kind(), node.classes(), node.id(), Location.ASSISTANT, 1, true)));
    return new Findings(everything, List.of());
  }

  public RuleGraph graph() {
    return graph;
  }

  public Vocabulary vocabulary() {
    return vocabulary;
  }

  Evaluator evaluator() {
    return evaluator;
  }

  Access access() {
    return access;
  }

  Needs needs() {
    return needs;
  }

  UsageCounter usageCounter() {
    return usageCounter;
  }

  ProviderNode provider(String name) {
    ProviderNode provider = graph.providers().get(name);
    if (provider == null) {
      throw new IllegalStateException("a target of an undeclared provider");
    }
    return provider;
  }

  /// A frame of facts for one phase.
  Facts facts(ExchangeState state, Phase phase) {
    return Facts.of(bindings.source(state, phase), vocabulary);
  }

  /// A frame of facts for the rules over an answer. Its status is read whether or not a rule asks:
  /// that it stands in a record says that the answer was looked at.
  Facts answerFacts(ExchangeState state) {
    Facts frame = facts(state, Phase.RESPONSE);
    frame.read(vocabulary.named(RecordedFacts.ANSWER_SEEN));
    return frame;
  }

  /// Whether nothing is decided or recorded in a phase, so that it needs no facts.
  boolean isQuiet(Phase phase) {
    return quiet.contains(phase);
  }

  private static Set<Phase> quiet(RuleGraph graph) {
    Set<Phase> quiet = EnumSet.noneOf(Phase.class);
    for (Phase phase : Phase.values()) {
      if (!graph.audit().allFacts() && graph.rules().getOrDefault(phase, List.of()).isEmpty()) {
        quiet.add(phase);
      }
    }
    return quiet;
  }

  /// Adds the content-free facts of a frame in the form of records.
  void record(Facts frame, ExchangeState state, Map<String, Object> facts) {
    RecordedFacts.add(frame, vocabulary, graph.audit().allFacts(), state, facts);
  }

  /// Findings of a request's texts by the detectors that rules need there.
  Inspection inspectRequest(List<TextPiece> pieces) {
    return requestInspector.inspect(pieces(pieces));
  }

  /// Findings of an answer's texts by the detectors that rules need there.
  Inspection inspectAnswer(List<TextPiece> pieces) {
    return answerInspector.inspect(pieces(pieces));
  }

  private static List<Inspector.Piece> pieces(List<TextPiece> texts) {
    List<Inspector.Piece> pieces = new ArrayList<>(texts.size());
    for (TextPiece text : texts) {
      pieces.add(
          Inspector.Piece.of(
              new Place(text.location(), text.latest()),
              text.text().bytes(),
              text.text().from(),
              text.text().to()));
    }
    return pieces;
  }

  /// What maskings do to texts.
  ///
  /// @param counts masked spans by kind
  /// @param unwritable the rule of a mask that cannot be written; then nothing may leave
  record Masked(List<Mask> masks, SortedMap<String, Integer> counts, Optional<String> unwritable) {}

  Masked mask(List<TextPiece> texts, Inspection inspection, List<Decision.Masking> maskings) {
    Inspection.Redaction redaction = inspection.redact(plan(maskings));
    List<Mask> masks = new ArrayList<>();
    for (Inspection.Edit edit : redaction.edits()) {
      TextPiece piece = texts.get(edit.piece());
      if (!piece.rewritable(edit.start(), edit.end())) {
        return new Masked(
            List.of(), new java.util.TreeMap<>(), Optional.of(rule(inspection, edit, maskings)));
      }
      masks.add(
          new Mask(
              piece,
              edit.start(),
              edit.end(),
              new String(edit.replacement(), StandardCharsets.UTF_8)));
    }
    return new Masked(masks, redaction.masked(), Optional.empty());
  }

  private MaskPlan plan(List<Decision.Masking> maskings) {
    Planned latest = planned;
    if (!latest.maskings().equals(maskings)) {
      latest =
          new Planned(
              maskings, MaskPlan.of(maskings.stream().map(Decision.Masking::mask).toList()));
      planned = latest;
    }
    return latest.plan();
  }

  /// The first rule that masks something at that place.
  private static String rule(
      Inspection inspection, Inspection.Edit edit, List<Decision.Masking> maskings) {
    for (Inspection.Match match : inspection.matches()) {
      boolean there =
          match.piece() == edit.piece() && match.start() < edit.end() && match.end() > edit.start();
      for (Decision.Masking masking : maskings) {
        if (there && masking.mask().detectors().contains(match.finding().detector())) {
          return masking.rule();
        }
      }
    }
    throw new IllegalStateException("an edit without a masking");
  }

  /// Whether anything reads the headers of requests.
  public boolean readsHeaders() {
    return needs.readsHeaders();
  }

  /// Whether rules look at answers at all; otherwise they pass as they are.
  boolean inspectsAnswers() {
    return needs.inspectsAnswers();
  }

  /// Whether a rule may refuse or mask an answer; otherwise rules only look on.
  boolean changesAnswers() {
    return needs.changesAnswers();
  }

  /// Whether an enforced rule may mask an answer.
  boolean masksAnswers() {
    return masksAnswers;
  }

  private static boolean masksAnswers(RuleGraph graph) {
    return graph.rules().getOrDefault(Phase.RESPONSE, List.of()).stream()
        .anyMatch(
            rule ->
                !rule.shadow() && rule.effects().stream().anyMatch(Effect.Mask.class::isInstance));
  }

  /// Whether a finding in an answer can refuse it.
  boolean deniesAnswers() {
    return needs.deniesAnswers();
  }

  /// Whether streams are held until they are whole.
  boolean buffersStreams() {
    return needs.buffersStreams();
  }

  /// The shadow rules that would hold streams: on one that nothing holds they are decided at its
  /// end.
  List<String> heldInShadow() {
    return needs.heldInShadow();
  }

  SortedSet<String> answerDetectors() {
    return answerInspector.detectors();
  }

  /// One finding of every detector: stands for whatever an answer may yet hold.
  Findings anyFinding() {
    return anyFinding;
  }

  /// A rule that masks answers, to be named where the stream's writer refused a place.
  String anyMaskRule() {
    return graph.rules().getOrDefault(Phase.RESPONSE, List.of()).stream()
        .filter(rule -> rule.effects().stream().anyMatch(Effect.Mask.class::isInstance))
        .map(RuleNode::id)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("a mask without a rule"));
  }

  /// Who hears what is found in a stream before the text goes on.
  interface Watch {
    /// False: nothing from the begin of this finding on may leave.
    ///
    /// @param faint below the threshold of its detector: never masked
    boolean found(Finding finding, boolean faint);

    /// A span of that kind was masked.
    void masked(String kind);
  }

  /// A window that finds and masks in one channel of a stream.
  TextWindow window(Channel channel, List<Decision.Masking> maskings, Watch watch) {
    MaskPlan plan = plan(maskings);
    Place place = new Place(channel.location(), true);
    return channel.continues() && channel.location() != Location.TOOL_CALL
        ? new RunningWindow(answerInspector, place, plan, watch)
        : new WholeWindow(answerInspector, place, plan, watch);
  }

  /// A window that only listens: it gathers the assistant's text and the findings.
  TextWindow listening(Channel channel, StringBuilder assistant, Watch watch) {
    Place place = new Place(channel.location(), true);
    return new ListeningWindow(
        text -> {
          List<Inspector.Piece> piece = List.of(Inspector.Piece.of(place, text));
          for (Inspection.Match match : answerInspector.inspect(piece).allMatches()) {
            watch.found(match.finding(), match.faint());
          }
          gather(channel, text, assistant);
        });
  }

  /// A window that gathers the assistant's text and looks for nothing.
  TextWindow gathering(Channel channel, StringBuilder assistant) {
    return new ListeningWindow(text -> gather(channel, text, assistant));
  }

  private static void gather(Channel channel, byte[] text, StringBuilder assistant) {
    if (channel.location() == Location.ASSISTANT) {
      assistant.append(assistant.isEmpty() ? "" : "\n");
      assistant.append(new String(text, StandardCharsets.UTF_8));
    }
  }
}
