package dev.gatewayctl.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.gatewayctl.policy.Compilation;
import dev.gatewayctl.policy.PolicyCompiler;
import dev.gatewayctl.policy.Sources;
import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.evaluation.FactSource;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.exchange.Principal;
import dev.gatewayctl.runtime.surface.Spoken;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GovernedAnswerTest {
  private static final String HEAD =
      """
      gateway: v1
      server: { listen: 127.0.0.1:0 }
      providers: { p: { protocol: script, script: [{ text: x }] } }
      models: { m: { targets: [p/x], price: { input: 1.00, output: 1.00 } } }
      rules:
      """;

  private static final String DONE = "data: [DONE]\n\n";

  private static GovernedExchange exchange(String rules, boolean stream) {
    String policy = HEAD + rules;
    Compilation compilation =
        PolicyCompiler.compile(
            "gateway.yaml", name -> new Sources.Found(SourceFile.of(name, policy)));
    assertThat(compilation.graph())
        .as(DiagnosticText.render(compilation.diagnostics(), false))
        .isPresent();
    GovernedExchange exchange =
        GovernedExchange.begin(
            Engine.link(compilation.graph().orElseThrow()),
            new Arrival(
                "ex_1",
                Instant.EPOCH,
                Spoken.on(Surface.CHAT),
                "POST",
                "/v1/chat/completions",
                Map.of(),
                InetAddress.ofLiteral("127.0.0.1")),
            Map.of());
    exchange.identified(
        new Principal(
            "ip:127.0.0.1",
            "anonymous",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Collections.unmodifiableSortedSet(new TreeSet<>())));
    assertThat(exchange.connect()).isEmpty();
    assertThat(exchange.read(bytes("{\"model\":\"m\",\"stream\":" + stream + ",\"messages\":[]}")))
        .isEmpty();
    assertThat(exchange.request()).isEmpty();
    assertThat(exchange.targets()).isEmpty();
    return exchange;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String content(String text) {
    return "data:"
        + " {\"id\":\"c\",\"model\":\"x-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
        + text
        + "\"}}]}\n\n";
  }

  private static String call(String name) {
    return "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,"
        + "\"id\":\"t\",\"type\":\"function\",\"function\":{\"name\":\""
        + name
        + "\",\"arguments\":\"{}\"}}]}}]}\n\n";
  }

  private static String usage(int input, int output) {
    return "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d}}\n\n"
        .formatted(input, output);
  }

  private static String feed(GovernedAnswer answer, String... events) {
    StringBuilder out = new StringBuilder();
    for (String event : events) {
      byte[] raw = bytes(event);
      out.append(new String(answer.feed(raw, 0, raw.length), StandardCharsets.UTF_8));
    }
    return out.toString();
  }

  private static GovernedAnswer begun(GovernedExchange exchange) {
    GovernedAnswer answer = GovernedAnswer.of(exchange, exchange.candidates().getFirst(), 200);
    answer.begin();
    return answer;
  }

  private static ExchangeRecord settle(GovernedExchange exchange, GovernedAnswer answer) {
    return RecordWriting.settle(
        exchange,
        new Ending(
            200,
            answer.refusal().isPresent() ? "denied" : "complete",
            answer.refusal(),
            List.of(),
            Optional.of(answer),
            Instant.EPOCH,
            Duration.ZERO,
            Optional.empty(),
            Optional.empty()));
  }

  @Test
  void whatADeniedStreamHeldIsStillCountedAndRecorded() {
    GovernedExchange exchange =
        exchange("  no: { on: response, when: findings.any(email), deny: no }\n", true);
    GovernedAnswer answer = begun(exchange);
    String out = feed(answer, content("write to jane@example.org now. "), content("more"));
    assertThat(answer.refusal()).isPresent();
    assertThat(out).doesNotContain("jane").contains("content_filter").endsWith(DONE);
    answer.broken();
    ExchangeRecord done = settle(exchange, answer);
    assertThat(done.usage().output()).isPresent();
    assertThat(done.usage().estimated()).isTrue();
    assertThat(done.findings())
        .extracting(ExchangeRecord.FindingCount::kind)
        .containsExactly("email");
    assertThat(done.scanned()).contains("email");
  }

  @Test
  void aHeldStreamThatIsDeniedKeepsUsageAndFindings() {
    GovernedExchange exchange =
        exchange(
            "  no: { on: response, stream: buffer, when: response.text.contains('jane'), deny: no"
                + " }\n"
                + "  m: { on: response, mask: email }\n",
            true);
    GovernedAnswer answer = begun(exchange);
    assertThat(feed(answer, content("jane@example.org"), usage(3, 4), DONE)).isEmpty();
    assertThat(answer.finish()).isEmpty();
    assertThat(answer.refusal()).isPresent();
    ExchangeRecord done = settle(exchange, answer);
    assertThat(done.usage().output()).hasValue(4);
    assertThat(done.findings()).hasSize(1);
    assertThat(done.findings().getFirst().count()).isEqualTo(1);
  }

  @Test
  void aHeldStreamThatBreaksOffIsCounted() {
    GovernedExchange exchange =
        exchange(
            "  no: { on: response, stream: buffer, when: response.text.contains('x'), deny: no }\n",
            true);
    GovernedAnswer answer = begun(exchange);
    feed(answer, content("one two three"), usage(7, 9));
    answer.broken();
    assertThat(settle(exchange, answer).usage().output()).hasValue(9);
  }

  @Test
  void aHeldStreamIsDecidedOnceByAllOfIt() {
    GovernedExchange exchange =
        exchange(
            "  few: { on: response, stream: buffer, when: findings.count(email) == 1, deny: few }\n"
                + "  many: { on: response, stream: buffer, when: findings.count(email) >= 2, mask:"
                + " email }\n",
            true);
    GovernedAnswer answer = begun(exchange);
    feed(answer, content("a@example.org and b@example.org"), DONE);
    String out = new String(answer.finish(), StandardCharsets.UTF_8);
    assertThat(answer.refusal()).isEmpty();
    assertThat(out).contains("[EMAIL] and ").doesNotContain("example");
    ExchangeRecord done = settle(exchange, answer);
    assertThat(done.masked()).containsEntry("email", 2);
    assertThat(done.findings().getFirst().count()).isEqualTo(2);
    assertThat(done.rules()).extracting(ExchangeRecord.RuleHit::id).containsExactly("many");
  }

  @Test
  void toolCallsOfAStreamAreFacts() {
    GovernedExchange exchange =
        exchange(
            "  no: { on: response, stream: buffer, when: \"'wipe' in response.tool_calls\", deny:"
                + " no }\n",
            true);
    GovernedAnswer answer = begun(exchange);
    feed(answer, call("wipe"), DONE);
    assertThat(answer.finish()).isEmpty();
    assertThat(answer.refusal()).isPresent();
  }

  @Test
  void aScoreBelowTheThresholdDeniesAStreamAsItDeniesAWhole() {
    String rule =
        """
        no: { on: response, when: findings.score(phone) > 0.0, deny: no }
        s: { on: response, mask: email }
        """
            .indent(2);
    String text = "our order is 030 901820 today";
    GovernedExchange whole = exchange(rule, false);
    GovernedAnswer wholeAnswer = GovernedAnswer.of(whole, whole.candidates().getFirst(), 200);
    wholeAnswer.whole(
        bytes("{\"choices\":[{\"index\":0,\"message\":{\"content\":\"" + text + "\"}}]}"));
    GovernedExchange streamed = exchange(rule, true);
    GovernedAnswer answer = begun(streamed);
    feed(answer, content(text), DONE);
    answer.finish();
    assertThat(wholeAnswer.refusal()).isPresent();
    assertThat(answer.refusal()).isPresent();
    assertThat(settle(streamed, answer).scores()).isEqualTo(settle(whole, wholeAnswer).scores());
  }

  @Test
  void rulesInShadowChangeNothing() {
    String rules =
        """
        d: { on: response, when: findings.any(email), deny: no, mode: shadow }
        m: { on: response, mask: email, mode: shadow }
        """
            .indent(2);
    GovernedExchange streamed = exchange(rules, true);
    GovernedAnswer answer = begun(streamed);
    String[] events = {content("jane@"), content("example.org, ja"), call("f"), DONE};
    StringBuilder out = new StringBuilder();
    for (String event : events) {
      String passed = feed(answer, event);
      assertThat(passed).as("at once").isEqualTo(event);
      out.append(passed);
    }
    out.append(new String(answer.finish(), StandardCharsets.UTF_8));
    assertThat(out.toString()).isEqualTo(String.join("", events));
    ExchangeRecord done = settle(streamed, answer);
    assertThat(done.rules()).extracting(ExchangeRecord.RuleHit::mode).containsOnly("shadow");
    assertThat(done.findings()).hasSize(1);
    assertThat(done.masked()).isEmpty();

    GovernedExchange whole = exchange(rules, false);
    byte[] broken = bytes("{\"choices\": [");
    assertThat(GovernedAnswer.of(whole, whole.candidates().getFirst(), 200).whole(broken))
        .hasValue(broken);
  }

  @Test
  void aShadowRuleThatWouldHoldAStreamReadsItsTextAndHoldsNothing() {
    String rules =
        """
        yes: { on: response, stream: buffer, when: response.text.contains('two three'), deny: no, mode: shadow }
        no: { on: response, stream: buffer, when: "!response.text.contains('two')", deny: no, mode: shadow }
        mask: { on: response, mask: email }
        """
            .indent(2);
    GovernedExchange exchange = exchange(rules, true);
    GovernedAnswer answer = begun(exchange);
    String first = content("one two ");
    assertThat(answer.holdsBack()).isFalse();
    feed(answer, first, content("three, jane@example.org"), DONE);
    answer.finish();
    assertThat(answer.refusal()).isEmpty();
    ExchangeRecord done = settle(exchange, answer);
    assertThat(done.rules())
        .filteredOn(hit -> hit.mode().equals("shadow"))
        .extracting(ExchangeRecord.RuleHit::id)
        .containsExactly("yes");
    assertThat(done.findings().getFirst().count()).isEqualTo(1);
  }

  @Test
  void aMaskThatHasNothingToMaskIsNoHit() {
    String rules =
        """
        both: { on: response, mask: email, tag: seen }
        cards: { on: response, mask: card }
        mails: { mask: email }
        shadow: { on: response, mask: email, mode: shadow }
        """
            .indent(2);
    GovernedExchange clean = exchange(rules, false);
    GovernedAnswer nothing = GovernedAnswer.of(clean, clean.candidates().getFirst(), 200);
    nothing.whole(
        bytes(
            "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"hi\"}}]}"));
    ExchangeRecord quiet = settle(clean, nothing);
    assertThat(quiet.rules())
        .extracting(ExchangeRecord.RuleHit::id, ExchangeRecord.RuleHit::effects)
        .containsExactly(tuple("both", List.of("tag")));
    assertThat(quiet.facts()).as("it was looked at").containsEntry("response.status", 200L);
    String refusing = "  no: { on: response, when: findings.any(email), deny: no }\n";
    assertThat(RecordedExchange.replay(exchange(refusing, false).engine(), quiet))
        .isInstanceOf(RecordedExchange.Replayed.Decided.class);

    GovernedExchange found = exchange(rules, true);
    GovernedAnswer answer = begun(found);
    feed(answer, content("to jane@example.org "), DONE);
    answer.finish();
    assertThat(settle(found, answer).rules())
        .extracting(ExchangeRecord.RuleHit::id, hit -> hit.phase().orElseThrow())
        .containsExactlyInAnyOrder(
            tuple("both", "response"), tuple("mails", "response"), tuple("shadow", "response"));
  }

  @Test
  void aCountThatBoundsDecidedIsRecordedAsThose() {
    GovernedExchange exchange =
        exchange("  no: { on: request, when: tokens.input > 4000, deny: long }\n", false);
    GovernedAnswer answer = GovernedAnswer.of(exchange, exchange.candidates().getFirst(), 200);
    answer.whole(bytes("{}"));
    assertThat(settle(exchange, answer).facts().get("tokens.input"))
        .isInstanceOf(FactSource.Bounds.class);
  }

  @Test
  void aHeldStreamHasAnEnd() {
    GovernedExchange exchange =
        exchange(
            "  no: { on: response, stream: buffer, when: response.text.contains('x'), deny: no }\n",
            true);
    GovernedAnswer answer = begun(exchange);
    byte[] block = new byte[1 << 20];
    for (int i = 0; i * (long) block.length <= GovernedAnswer.MOST_HELD_BYTES; i++) {
      assertThat(answer.failure()).isEmpty();
      answer.feed(block, 0, block.length);
    }
    assertThat(answer.failure()).isPresent();
  }

  @Test
  void countlessFindingsEndAStream() {
    GovernedExchange exchange =
        exchange(
            """
            no: { on: response, when: findings.any(card), deny: no }
            m: { on: response, mask: email }
            """
                .indent(2),
            true);
    GovernedAnswer answer = begun(exchange);
    String many = content("a@example.org ".repeat(1_000));
    for (int i = 0; i < 12 && answer.refusal().isEmpty(); i++) {
      feed(answer, many);
    }
    assertThat(answer.refusal()).isPresent();
  }
}
