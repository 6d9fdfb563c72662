package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.evaluation.Decision;
import dev.gatewayctl.policy.evaluation.Facts;
import dev.gatewayctl.policy.evaluation.Finding;
import dev.gatewayctl.policy.evaluation.Findings;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.inspect.Inspection;
import dev.gatewayctl.runtime.meter.UsageCounter;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.Channel;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.StreamDialect;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The answer of one target under the policy, whole or as a stream: what the caller gets of it, or
/// why it gets a refusal instead. Used by one thread at a time.
public final class GovernedAnswer {
  /// The longest stream that is held until it is whole.
  static final int MOST_HELD_BYTES = 64 << 20;

  /// Findings that are told apart in one answer; an answer with more is refused.
  static final int MOST_FINDINGS = 10_000;

  private static final int CLIENT_ERRORS = 400;
  private static final byte[] NOTHING = {};

  private final GovernedExchange exchange;
  private final ExchangeState state;
  private final Engine engine;
  private final Candidate from;
  private final int status;
  private final List<Finding> found = new ArrayList<>();
  private final List<Finding> faint = new ArrayList<>();

  private Usage usage = Usage.UNKNOWN;
  private @Nullable AnswerStream stream;

  /// Reads what passes untouched, where rules look on and change nothing.
  private @Nullable AnswerStream observer;

  /// Gathers the text of a stream that passes, for shadow rules that would have held it.
  private @Nullable AnswerStream collector;

  private final StringBuilder collected = new StringBuilder();
  private long collectedBytes;

  private @Nullable ByteArrayOutputStream held;
  private boolean decidedWhole;
  private boolean noted;
  private boolean replaced;
  private Optional<String> failure = Optional.empty();
  private Optional<Refusal> refusal = Optional.empty();

  private GovernedAnswer(GovernedExchange exchange, Candidate from, int status) {
    this.exchange = exchange;
    this.state = exchange.state();
    this.engine = exchange.engine();
    this.from = from;
    this.status = status;
  }

  /// The answer that a target gives with that HTTP status.
  public static GovernedAnswer of(GovernedExchange exchange, Candidate from, int status) {
    exchange.state().considering(from);
    return new GovernedAnswer(exchange, from, status);
  }

  public Candidate from() {
    return from;
  }

  /// The provider's HTTP status.
  public int status() {
    return status;
  }

  /// Why the caller gets a refusal, once that is decided.
  public Optional<Refusal> refusal() {
    return refusal;
  }

  /// What of a whole answer goes to the caller; empty when it is refused.
  public Optional<byte[]> whole(byte[] body) {
    return switch (exchange.arrival().dialect().answer(body)) {
      case AnswerBody.Reading.Unreadable unreadable -> {
        if (!engine.changesAnswers()) {
          yield Optional.of(body);
        }
        if (status >= CLIENT_ERRORS) {
          yield unreadableError();
        }
        refusal =
            Optional.of(
                Refusal.of(
                    502,
                    "upstream_error",
                    "the provider's answer cannot be inspected: " + unreadable.message()));
        yield Optional.empty();
      }
      case AnswerBody.Reading.Read read -> whole(read.answer());
    };
  }

  /// An error whose body cannot be inspected keeps its status; its body is dropped for one of ours.
  private Optional<byte[]> unreadableError() {
    replaced = true;
    state.answered(
        new ExchangeState.AnswerFacts(
            status, () -> "", Optional.empty(), Optional.empty(), List.of()));
    decide();
    return refusal.isPresent()
        ? Optional.empty()
        : Optional.of(
            exchange
                .arrival()
                .dialect()
                .error(
                    new Dialect.ProtocolError(
                        status,
                        "upstream_error",
                        "the provider's error cannot be inspected",
                        exchange.arrival().id()))
                .body());
  }

  /// Whether the body is one of ours, whatever the provider said of its own.
  public boolean replaced() {
    return replaced;
  }

  private Optional<byte[]> whole(AnswerBody answer) {
    usage = status < CLIENT_ERRORS ? counted(answer) : Usage.UNKNOWN;
    state.answered(
        new ExchangeState.AnswerFacts(
            status,
            answer::text,
            answer.model(),
            answer.finishReasons().stream().findFirst(),
            answer.toolCalls().stream().map(AnswerBody.ToolCall::name).toList()));
    if (!engine.inspectsAnswers()) {
      state.running(Phase.RESPONSE);
      return Optional.of(answer.body());
    }
    Inspection inspection = engine.inspectAnswer(answer.pieces());
    exchange.draft().scanned(inspection.detectors());
    exchange.draft().found("response", inspection.findings());
    state.foundInAnswer(inspection.findings());
    boolean strips = !maskings().isEmpty();
    Decision decision = decide();
    if (refusal.isPresent()) {
      return Optional.empty();
    }
    Engine.Masked masked = engine.mask(answer.pieces(), inspection, decision.masks());
    if (masked.unwritable().isPresent()) {
      refuse(unwritable(masked.unwritable().get()));
      return Optional.empty();
    }
    exchange.draft().masked(masked.counts());
    if (strips) {
      answer.sideChannels().forEach(exchange.draft()::stripped);
    }
    return Optional.of(answer.write(masked.masks(), strips));
  }

  private static Refusal unwritable(String rule) {
    return Refusal.by(
        rule,
        403,
        "policy_denied",
        "a value that must be masked stands where it cannot be replaced");
  }

  private void refuse(Refusal why) {
    if (refusal.isEmpty()) {
      refusal = Optional.of(why);
    }
  }

  private Decision decide() {
    state.running(Phase.RESPONSE);
    Facts frame = engine.answerFacts(state);
    Decision decision = engine.evaluator().decide(Phase.RESPONSE, frame);
    exchange.draft().decided(decision, collector == null ? List.of() : engine.heldInShadow());
    exchange.note(frame);
    GovernedExchange.denial(decision).ifPresent(this::refuse);
    return decision;
  }

  /// The masks that can apply to this answer, whatever will be found in it: a condition of a mask
  /// reads nothing of the answer but whether there is something to mask.
  private List<Decision.Masking> maskings() {
    if (!engine.masksAnswers()) {
      return List.of();
    }
    Findings before = state.answerFindings();
    state.foundInAnswer(engine.anyFinding());
    Decision assumed =
        engine.evaluator().decide(Phase.RESPONSE, engine.facts(state, Phase.RESPONSE));
    state.foundInAnswer(before);
    return assumed.masks();
  }

  /// Begins a stream; [#feed] and [#finish] follow.
  public void begin() {
    state.answered(
        new ExchangeState.AnswerFacts(
            status, () -> "", Optional.empty(), Optional.empty(), List.of()));
    // Without a model there is no text of one to wait for.
    if (engine.buffersStreams() && !exchange.isUnmodelled()) {
      held = new ByteArrayOutputStream();
      return;
    }
    open();
  }

  private void open() {
    StreamDialect.Settings untouched = settings(false);
    if (!engine.inspectsAnswers()) {
      state.running(Phase.RESPONSE);
      stream = AnswerStream.of(dialect(untouched));
      return;
    }
    if (engine.changesAnswers()) {
      List<Decision.Masking> maskings = maskings();
      stream =
          AnswerStream.of(
              dialect(settings(!maskings.isEmpty())),
              channel -> engine.window(channel, maskings, new Watch(channel)));
    } else {
      stream = AnswerStream.of(dialect(untouched));
      observer =
          AnswerStream.of(
              dialect(untouched), channel -> engine.window(channel, List.of(), new Watch(channel)));
    }
    if (!engine.heldInShadow().isEmpty()) {
      collector =
          AnswerStream.of(dialect(untouched), channel -> engine.gathering(channel, collected));
    }
    // What needs no finding is decided now: the refusal falls on the first event.
    decide();
  }

  private StreamDialect dialect(StreamDialect.Settings settings) {
    return exchange.arrival().dialect().stream(settings);
  }

  private StreamDialect.Settings settings(boolean strips) {
    return new StreamDialect.Settings(
        exchange.asksForUsage(from), strips, state.request().choices());
  }

  /// Whether nothing may go to the caller before [#finish].
  public boolean holdsBack() {
    return held != null;
  }

  /// Takes bytes of the provider and gives those for the caller. When [#refusal] is present
  /// afterwards, the stream ends here: what is given is its end.
  public byte[] feed(byte[] bytes, int begin, int end) {
    ByteArrayOutputStream whole = held;
    if (whole != null) {
      if (whole.size() + (end - begin) > MOST_HELD_BYTES) {
        failure = Optional.of("it is longer than " + MOST_HELD_BYTES + " bytes");
      } else {
        whole.write(bytes, begin, end - begin);
      }
      return NOTHING;
    }
    AnswerStream running = running();
    if (refusal.isPresent()) {
      return running.refuse();
    }
    if (collector != null && collectedBytes < MOST_HELD_BYTES) {
      collectedBytes += end - begin;
      collector.feed(bytes, begin, end);
    }
    if (observer != null) {
      observer.feed(bytes, begin, end);
    }
    byte[] out = running.feed(bytes, begin, end);
    noteRefusal(running);
    return out;
  }

  private AnswerStream running() {
    if (stream == null) {
      throw new IllegalStateException("the stream has not begun");
    }
    return stream;
  }

  private void noteRefusal(AnswerStream running) {
    if (running.refused() && refusal.isEmpty()) {
      refuse(unwritable(engine.anyMaskRule()));
    }
  }

  /// The provider's stream has ended: gives the rest for the caller. A held stream is decided now
  /// and given whole; when [#refusal] is present nothing of it is given.
  public byte[] finish() {
    ByteArrayOutputStream whole = held;
    if (whole != null) {
      return decideHeld(whole.toByteArray());
    }
    AnswerStream running = running();
    byte[] out = refusal.isPresent() ? running.refuse() : running.finish();
    noteRefusal(running);
    if (observer != null) {
      observer.finish();
    }
    settleStream();
    return out;
  }

  /// Two passes: one that reads all of the answer, and after the decision one that masks it.
  private byte[] decideHeld(byte[] bytes) {
    readHeld(bytes);
    Decision decision = decide();
    if (refusal.isPresent()) {
      return NOTHING;
    }
    AnswerStream running =
        AnswerStream.of(
            dialect(settings(!maskings().isEmpty())),
            channel -> engine.window(channel, decision.masks(), new Watch(channel)));
    stream = running;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(running.feed(bytes, 0, bytes.length));
    out.writeBytes(running.finish());
    running.stripped().forEach(exchange.draft()::stripped);
    noteRefusal(running);
    return refusal.isPresent() ? NOTHING : out.toByteArray();
  }

  /// Reads all that was held, for the rules and for the record.
  private void readHeld(byte[] bytes) {
    StringBuilder assistant = new StringBuilder();
    AnswerStream reading =
        AnswerStream.of(
            dialect(new StreamDialect.Settings(true, false, state.request().choices())),
            channel -> engine.listening(channel, assistant, new Watch(channel)));
    reading.feed(bytes, 0, bytes.length);
    reading.finish();
    held = null;
    decidedWhole = true;
    note(reading, assistant.toString());
  }

  private void settleStream() {
    AnswerStream running = running();
    running.stripped().forEach(exchange.draft()::stripped);
    if (collector != null) {
      collector.finish();
    }
    note(running, collected.toString());
    if (engine.inspectsAnswers() && refusal.isEmpty()) {
      // What may wait for the end, such as a tag, is decided by all of the answer; a deny has had
      // its say at each finding.
      Facts frame = engine.answerFacts(state);
      exchange.draft().decided(engine.evaluator().decide(Phase.RESPONSE, frame));
      exchange.note(frame);
    }
  }

  /// What was read of a stream becomes facts, usage and findings of the record.
  private void note(AnswerStream read, String text) {
    noted = true;
    usage = counted(exchange.translatedUsage().orElse(read.usage()), read.textBytes());
    Findings findings = new Findings(found, faint);
    exchange.draft().found("response", findings);
    if (engine.inspectsAnswers()) {
      exchange.draft().scanned(engine.answerDetectors());
    }
    state.foundInAnswer(findings);
    state.answered(
        new ExchangeState.AnswerFacts(
            status,
            () -> text,
            read.model(),
            read.finishReasons().values().stream().findFirst(),
            read.toolNames()));
    if (exchange.isUnmodelled()) {
      // No declared model stands in the record: the provider's own word does.
      Facts frame = engine.facts(state, Phase.RESPONSE);
      frame.read(engine.vocabulary().named("response.model"));
      exchange.note(frame);
    }
  }

  /// The stream ends here and not by itself, because it broke off, the caller went away, or a rule
  /// refused it: what was produced is counted, once.
  public void broken() {
    ByteArrayOutputStream whole = held;
    if (whole != null) {
      readHeld(whole.toByteArray());
    } else if (stream != null && !noted) {
      settleStream();
    }
  }

  /// Whether the stream reached its own end.
  public boolean complete() {
    return stream == null || stream.done() || stream.refused();
  }

  /// Whether the events themselves tell the caller that no more will come, though the stream did
  /// not reach its own end: the provider reported an error, or gave every choice its finish reason.
  public boolean closesItself() {
    return stream != null && stream.closesItself();
  }

  /// Why the stream cannot be passed on, if so.
  public Optional<String> failure() {
    return stream == null ? failure : failure.or(stream::failure);
  }

  /// What the provider counted, else what we count.
  public Usage usage() {
    return usage;
  }

  private Usage counted(AnswerBody answer) {
    Usage reported = exchange.translatedUsage().orElse(answer.usage());
    if (exchange.isUnmodelled()
        || (reported.input().isPresent() && reported.output().isPresent())) {
      return reported;
    }
    return estimated(reported, engine.usageCounter().count(List.of(answer.text())));
  }

  private Usage counted(Usage reported, long textBytes) {
    if (exchange.isUnmodelled()) {
      return reported;
    }
    if (reported.input().isPresent() && reported.output().isPresent()) {
      return reported;
    }
    return estimated(reported, UsageCounter.byLength(textBytes));
  }

  private Usage estimated(Usage reported, long output) {
    return new Usage(
        reported.input().isPresent() ? reported.input() : OptionalLong.of(state.inputUsage()),
        reported.cached(),
        reported.cacheWrite(),
        reported.cacheWrite1h(),
        reported.output().isPresent() ? reported.output() : OptionalLong.of(output),
        reported.reasoning(),
        true);
  }

  /// Hears what the windows of a stream find, before the text is let go.
  private final class Watch implements Engine.Watch {
    /// Whether the text came in fragments before: what was found then is not counted again.
    private final boolean repeats;

    Watch(Channel channel) {
      this.repeats = channel.repeats();
    }

    @Override
    public boolean found(Finding finding, boolean isFaint) {
      if (decidedWhole) {
        return true;
      }
      if (repeats && (isFaint ? faint : found).contains(finding)) {
        return refusal.isEmpty();
      }
      if (found.size() + faint.size() >= MOST_FINDINGS) {
        if (engine.changesAnswers()) {
          refuse(
              Refusal.of(
                  403,
                  "policy_denied",
                  "the answer holds more than " + MOST_FINDINGS + " findings"));
        }
        return refusal.isEmpty();
      }
      (isFaint ? faint : found).add(finding);
      if (held == null && engine.deniesAnswers()) {
        state.foundInAnswer(new Findings(found, faint));
        decide();
      }
      return refusal.isEmpty();
    }

    @Override
    public void masked(String kind) {
      if (!repeats) {
        exchange.draft().masked(Map.of(kind, 1));
      }
    }
  }
}
