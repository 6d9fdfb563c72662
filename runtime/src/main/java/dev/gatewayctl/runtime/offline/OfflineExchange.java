package dev.gatewayctl.runtime.offline;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.graph.ModelNode;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.policy.graph.RuleNode;
import dev.gatewayctl.runtime.engine.Arrival;
import dev.gatewayctl.runtime.engine.Candidate;
import dev.gatewayctl.runtime.engine.Ending;
import dev.gatewayctl.runtime.engine.Engine;
import dev.gatewayctl.runtime.engine.GovernedAnswer;
import dev.gatewayctl.runtime.engine.GovernedExchange;
import dev.gatewayctl.runtime.engine.RecordWriting;
import dev.gatewayctl.runtime.engine.Refusal;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.exchange.Principal;
import dev.gatewayctl.runtime.meter.Cost;
import dev.gatewayctl.runtime.openai.OpenAiBody;
import dev.gatewayctl.runtime.surface.Spoken;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
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
  private static final String ID = "ex_00000000000000000000000000";
  private static final int MOST_TOKENS = 1 << 20;

  private OfflineExchange() {}

  /// What is asked, by whom and when, and what a provider would answer.
  ///
  /// @param headers by lower-case name
  /// @param given facts by name that stand in place of computed ones
  @SuppressWarnings("ArrayRecordComponent") // bodies are compared nowhere
  public record Asked(
      byte[] body,
      Caller caller,
      Surface surface,
      Map<String, Object> headers,
      Instant now,
      Map<String, Object> given,
      Optional<Answer> answer) {
    public Asked {
      headers = Map.copyOf(headers);
      given = Map.copyOf(given);
    }

    /// The sizes only: prompts are content.
    @Override
    public String toString() {
      return "Asked(" + body.length + " bytes)";
    }
  }

  /// What a provider would answer.
  public sealed interface Answer {
    /// A body.
    @SuppressWarnings("ArrayRecordComponent") // bodies are compared nowhere
    record Whole(byte[] body) implements Answer {}

    /// The events of a stream, in the parts in which they come.
    record Streamed(List<byte[]> parts) implements Answer {}

    /// A text, as a whole or as a stream that is cut at these code points; without any between
    /// words.
    record Text(String text, boolean stream, List<Integer> cuts) implements Answer {
      @Override
      public String toString() {
        return "Text(" + text.length() + " characters)";
      }
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
      Optional<byte[]> sent,
      Optional<byte[]> received,
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
            Spoken.on(asked.surface()),
            "POST",
            "/v1/chat/completions",
            asked.headers(),
            InetAddress.getLoopbackAddress());
    GovernedExchange governed = GovernedExchange.begin(engine, arrival, asked.given());
    Optional<Refusal> refusal =
        identify(governed, engine.graph(), asked.caller())
            .or(governed::connect)
            .or(() -> governed.read(asked.body()))
            .or(governed::request)
            .or(governed::targets);
    Run run = new Run(governed, asked);
    return refusal.isPresent() ? run.refused(refusal.get(), Optional.empty()) : run.answered();
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

  /// One exchange after its request was decided.
  private record Run(GovernedExchange governed, Asked asked) {

    Outcome answered() {
      Candidate target = governed.candidates().getFirst();
      byte[] sent = governed.leaving(target).body();
      if (asked.answer().isEmpty()) {
        return outcome(
            settle(OK, "complete", Optional.empty(), Optional.empty()),
            Optional.of(target),
            Optional.of(sent),
            Optional.empty());
      }
      GovernedAnswer answer = GovernedAnswer.of(governed, target, OK);
      byte[] received =
          switch (asked.answer().get()) {
            case Answer.Whole whole -> answer.whole(whole.body()).orElse(new byte[0]);
            case Answer.Streamed streamed -> stream(answer, streamed.parts());
            case Answer.Text text -> text(answer, target, text);
          };
      if (answer.refusal().isEmpty()) {
        return outcome(
            settle(OK, "complete", Optional.empty(), Optional.of(answer)),
            Optional.of(target),
            Optional.of(sent),
            Optional.of(received));
      }
      Refusal refusal = answer.refusal().get();
      if (received.length == 0) {
        Outcome refused = refused(refusal, Optional.of(answer));
        return new Outcome(
            refused.exchange(),
            Optional.of(target),
            Optional.of(sent),
            refused.received(),
            refused.tokens(),
            refused.worstNanos());
      }
      return outcome(
          settle(OK, "denied", Optional.of(refusal), Optional.of(answer)),
          Optional.of(target),
          Optional.of(sent),
          Optional.of(received));
    }

    private byte[] text(GovernedAnswer answer, Candidate target, Answer.Text text) {
      OpenAiBody.Answer built =
          new OpenAiBody.Answer(
              "chatcmpl-authored",
              asked.now().getEpochSecond(),
              target.target().model(),
              text.text(),
              1,
              "stop",
              Optional.empty());
      return text.stream()
          ? stream(answer, OpenAiBody.events(built, text.cuts(), false))
          : answer.whole(OpenAiBody.whole(built)).orElse(new byte[0]);
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

    Outcome refused(Refusal refusal, Optional<GovernedAnswer> answer) {
      byte[] body = OpenAiBody.error(refusal.status(), refusal.code(), refusal.reason());
      boolean upstream = refusal.code().startsWith("upstream_");
      return outcome(
          settle(
              refusal.status(),
              upstream ? "upstream_failed" : "denied",
              Optional.of(refusal),
              answer),
          Optional.empty(),
          Optional.empty(),
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

    private Outcome outcome(
        ExchangeRecord exchange,
        Optional<Candidate> target,
        Optional<byte[]> sent,
        Optional<byte[]> received) {
      OptionalLong tokens =
          governed.body().isPresent()
              ? OptionalLong.of(governed.inputTokens())
              : OptionalLong.empty();
      return new Outcome(exchange, target, sent, received, tokens, worst(target, tokens));
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

  /// A chat body that asks one question.
  public static byte[] question(String model, String prompt, boolean stream) {
    var json = new dev.gatewayctl.runtime.json.JsonWriter().beginObject();
    json.name("model").value(model).name("messages").beginArray().beginObject();
    json.name("role").value("user").name("content").value(prompt).endObject().endArray();
    if (stream) {
      json.name("stream").value(true);
    }
    return json.endObject().text().getBytes(StandardCharsets.UTF_8);
  }
}
