package dev.gatewayctl.runtime.offline;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.graph.ModelNode;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.policy.graph.RuleNode;
import dev.gatewayctl.runtime.conversation.CallerProtocol;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.engine.Arrival;
import dev.gatewayctl.runtime.engine.Candidate;
import dev.gatewayctl.runtime.engine.Ending;
import dev.gatewayctl.runtime.engine.Engine;
import dev.gatewayctl.runtime.engine.GovernedAnswer;
import dev.gatewayctl.runtime.engine.GovernedExchange;
import dev.gatewayctl.runtime.engine.Leaving;
import dev.gatewayctl.runtime.engine.RecordWriting;
import dev.gatewayctl.runtime.engine.Refusal;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.exchange.Principal;
import dev.gatewayctl.runtime.meter.Cost;
import dev.gatewayctl.runtime.surface.Spoken;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.RequestBody;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/// Takes one authored exchange through the steps of the live gateway, with the answer that the
/// author gives in place of a provider's. Limits are not taken: they are about many exchanges.
public final class OfflineExchange {
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int BAD_GATEWAY = 502;
  private static final String ID = "ex_00000000000000000000000000";
  private static final byte[] NOTHING = {};
  private static final int MOST_TOKENS = 1 << 20;

  private OfflineExchange() {}

  /// A request as it comes over the wire.
  ///
  /// @param path with its query
  @SuppressWarnings("ArrayRecordComponent") // bodies are compared nowhere
  public record Question(Spoken spoken, String path, byte[] body) {
    /// One that asks a prompt.
    ///
    /// @param surface one that can be [#asked]
    /// @param stream whether a stream is asked for
    public static Question of(Surface surface, String model, String prompt, boolean stream) {
      Surface on = stream ? Wording.streaming(surface) : surface;
      return new Question(
          Wording.spoken(on, model),
          Wording.path(on, model),
          Wording.body(on, model, prompt, stream));
    }

    /// One whose body is written already.
    ///
    /// @param model as the path names it, on surfaces whose path does
    static Question whole(Surface surface, String model, byte[] body) {
      return new Question(Wording.spoken(surface, model), Wording.path(surface, model), body);
    }

    /// Whether a prompt can be asked on a surface.
    public static boolean asked(Surface surface) {
      return Wording.asks(surface);
    }

    /// Whether a plain text can be an answer on a surface.
    public static boolean answered(Surface surface) {
      return Wording.answers(surface);
    }

    /// The sizes only: prompts are content.
    @Override
    public String toString() {
      return "Question(" + body.length + " bytes)";
    }
  }

  /// What is asked, by whom and when, and what a provider would answer.
  ///
  /// @param headers by lower-case name
  /// @param given facts by name that stand in place of computed ones
  public record Asked(
      Question question,
      Caller caller,
      Map<String, Object> headers,
      Instant now,
      Map<String, Object> given,
      Optional<Answer> answer) {
    public Asked {
      headers = Map.copyOf(headers);
      given = Map.copyOf(given);
    }

    Asked with(Answer other) {
      return new Asked(question, caller, headers, now, given, Optional.of(other));
    }
  }

  /// What a provider would answer.
  public sealed interface Answer {
    /// A body in the words of the provider.
    @SuppressWarnings("ArrayRecordComponent") // bodies are compared nowhere
    record Whole(byte[] body) implements Answer {}

    /// A text, as a whole or as a stream that is cut at these code points; without any between
    /// words.
    record Text(String text, boolean stream, List<Integer> cuts) implements Answer {
      @Override
      public String toString() {
        return "Text(" + text.length() + " characters)";
      }
    }
  }

  /// Bytes of one side and the protocol that they are in.
  @SuppressWarnings("ArrayRecordComponent") // bodies are compared nowhere
  public record Spelled(Spoken spoken, byte[] bytes) {
    /// Of an answer the assistant's text; of a body that is no answer the body itself.
    public String answer() {
      return Wording.answered(spoken, bytes);
    }

    /// As a request, when it is one.
    Optional<RequestBody> request() {
      return spoken.dialect().request(bytes, spoken.path()) instanceof RequestBody.Reading.Read read
          ? Optional.of(read.request())
          : Optional.empty();
    }

    /// The size only: bodies are content.
    @Override
    public String toString() {
      return "Spelled(" + bytes.length + " bytes)";
    }
  }

  /// What came of it.
  ///
  /// @param target the first that the policy leaves; empty when the exchange is refused before
  /// @param sent what would leave for it
  /// @param received what the caller would get, when an answer was given or it was refused
  /// @param tokens of the request's text, when the body could be read
  /// @param worstNanos the most that one attempt costs at the target, when it has a price
  public record Outcome(
      ExchangeRecord exchange,
      Optional<Candidate> target,
      Optional<Spelled> sent,
      Optional<Spelled> received,
      OptionalLong tokens,
      OptionalLong worstNanos) {

    public boolean denied() {
      return exchange.decision().equals("deny");
    }
  }

  /// Decides an exchange.
  public static Outcome run(Engine engine, Asked asked) {
    Arrival arrival =
        new Arrival(
            ID,
            asked.now(),
            asked.question().spoken(),
            "POST",
            asked.question().path().split("\\?", 2)[0],
            asked.headers(),
            InetAddress.getLoopbackAddress());
    GovernedExchange governed = GovernedExchange.begin(engine, arrival, asked.given());
    Optional<Refusal> refusal =
        served(engine.graph(), asked.question().spoken().surface())
            .or(() -> identify(governed, engine.graph(), asked.caller()))
            .or(governed::connect)
            .or(() -> governed.read(asked.question().body()))
            .or(governed::request)
            .or(governed::targets);
    Run run = new Run(governed, asked);
    return refusal.isPresent()
        ? run.refused(refusal.get(), Optional.empty(), Sent.NOTHING)
        : run.answered();
  }

  private static Optional<Refusal> served(RuleGraph graph, Surface surface) {
    return graph.serves(surface)
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                NOT_FOUND,
                "not_found",
                "the policy does not serve the surface `" + surface.word() + "`"));
  }

  private static Optional<Refusal> identify(
      GovernedExchange governed, RuleGraph graph, Caller caller) {
    Principal principal = caller.principal(graph);
    if (caller.isUnnamed() && graph.principals().isPresent()) {
      governed.unidentified(principal);
      return Optional.empty();
    }
    if (caller.stranger() && graph.principals().isPresent()) {
      return Optional.of(Refusal.of(401, "invalid_api_key", "no valid API key was given"));
    }
    governed.identified(principal);
    return Optional.empty();
  }

  /// The same policy with its shadow rules enforced.
  public static RuleGraph enforced(RuleGraph graph) {
    Map<dev.gatewayctl.policy.catalog.Phase, List<RuleNode>> rules = new TreeMap<>();
    graph
        .rules()
        .forEach(
            (phase, nodes) ->
                rules.put(phase, nodes.stream().map(OfflineExchange::enforced).toList()));
    return new RuleGraph(
        graph.server(),
        graph.providers(),
        graph.models(),
        graph.principals(),
        graph.lists(),
        graph.detectors(),
        graph.limits(),
        graph.defaults(),
        graph.audit(),
        graph.surfaces(),
        rules,
        graph.policyDigest());
  }

  private static RuleNode enforced(RuleNode rule) {
    return new RuleNode(
        rule.id(),
        rule.phase(),
        rule.when(),
        rule.effects(),
        false,
        rule.priority(),
        rule.buffer());
  }

  /// What left, and for which target.
  private record Sent(Optional<Candidate> target, Optional<Spelled> body) {
    static final Sent NOTHING = new Sent(Optional.empty(), Optional.empty());
  }

  /// One exchange after its request was decided.
  private record Run(GovernedExchange governed, Asked asked) {

    Outcome answered() {
      Candidate target = governed.candidates().getFirst();
      Leaving leaving = governed.leaving(target);
      Sent sent =
          new Sent(
              Optional.of(target),
              Optional.of(
                  new Spelled(
                      leaving.answer().isEmpty()
                          ? asked.question().spoken()
                          : Wording.heard(target.provider(), target.target().model()),
                      leaving.body())));
      if (asked.answer().isEmpty()) {
        return outcome(
            settle(OK, "complete", Optional.empty(), Optional.empty()), sent, Optional.empty());
      }
      GovernedAnswer answer = GovernedAnswer.of(governed, target, OK);
      byte[] received;
      try {
        received =
            switch (asked.answer().get()) {
              case Answer.Whole(byte[] body) -> answer.whole(told(leaving, body)).orElse(NOTHING);
              case Answer.Text text -> text(answer, target, text);
            };
      } catch (ProviderProtocol.Unreadable e) {
        return refused(
            Refusal.of(
                BAD_GATEWAY,
                "upstream_error",
                "the answer cannot be translated: " + e.getMessage()),
            Optional.of(answer),
            sent);
      }
      if (answer.refusal().isPresent() && received.length == 0) {
        return refused(answer.refusal().get(), Optional.of(answer), sent);
      }
      return outcome(
          settle(
              OK,
              answer.refusal().isPresent() ? "denied" : "complete",
              answer.refusal(),
              Optional.of(answer)),
          sent,
          Optional.of(received));
    }

    /// What a provider says, in the caller's words.
    private static byte[] told(Leaving leaving, byte[] body) throws ProviderProtocol.Unreadable {
      return leaving.answer().isPresent() ? leaving.answer().get().whole(body) : body;
    }

    private byte[] text(GovernedAnswer answer, Candidate target, Answer.Text text) {
      Spoken spoken = asked.question().spoken();
      CallerProtocol.Answering answering =
          new CallerProtocol.Answering(
              target.target().model(),
              ID,
              asked.now().getEpochSecond(),
              false,
              governed.inputTokens());
      return text.stream() || Wording.alwaysStreams(spoken.surface())
          ? stream(answer, Wording.streamed(spoken, text.text(), text.cuts(), answering))
          : answer.whole(Wording.whole(spoken, text.text(), answering)).orElse(NOTHING);
    }

    private static byte[] stream(GovernedAnswer answer, List<byte[]> parts) {
      ByteArrayOutputStream received = new ByteArrayOutputStream();
      answer.begin();
      for (byte[] part : parts) {
        received.writeBytes(answer.feed(part, 0, part.length));
        if (answer.refusal().isPresent() && !answer.holdsBack()) {
          answer.broken();
          return received.toByteArray();
        }
      }
      received.writeBytes(answer.finish());
      return received.toByteArray();
    }

    Outcome refused(Refusal refusal, Optional<GovernedAnswer> answer, Sent sent) {
      Spoken spoken = asked.question().spoken();
      byte[] body =
          spoken
              .dialect()
              .error(
                  new Dialect.ProtocolError(refusal.status(), refusal.code(), refusal.reason(), ID))
              .body();
      boolean upstream = refusal.code().startsWith("upstream_");
      return outcome(
          settle(
              refusal.status(),
              upstream ? "upstream_failed" : "denied",
              Optional.of(refusal),
              answer),
          sent,
          Optional.of(body));
    }

    private ExchangeRecord settle(
        int status, String outcome, Optional<Refusal> refusal, Optional<GovernedAnswer> answer) {
      return RecordWriting.settle(
          governed,
          new Ending(
              status,
              outcome,
              refusal,
              List.of(),
              answer,
              asked.now(),
              Duration.ZERO,
              Optional.empty(),
              Optional.empty()));
    }

    private Outcome outcome(ExchangeRecord exchange, Sent sent, Optional<byte[]> received) {
      OptionalLong tokens =
          governed.body().isPresent()
              ? OptionalLong.of(governed.inputTokens())
              : OptionalLong.empty();
      return new Outcome(
          exchange,
          sent.target(),
          sent.body(),
          received.map(body -> new Spelled(asked.question().spoken(), body)),
          tokens,
          worst(sent.target(), tokens));
    }

    private OptionalLong worst(Optional<Candidate> target, OptionalLong tokens) {
      Optional<ModelNode.PriceNode> price = target.flatMap(candidate -> candidate.target().price());
      if (price.isEmpty() || tokens.isEmpty()) {
        return OptionalLong.empty();
      }
      OptionalLong asks = governed.body().orElseThrow().maxTokens();
      long output =
          asks.isPresent()
              ? asks.getAsLong()
              : governed.model().orElseThrow().maxOutput().orElse(0);
      long choices = governed.body().orElseThrow().choices();
      return output == 0
          ? OptionalLong.empty()
          : OptionalLong.of(
              Cost.worstNanos(
                  price.get(), tokens.getAsLong(), Math.min(output, MOST_TOKENS), choices));
    }
  }
}
