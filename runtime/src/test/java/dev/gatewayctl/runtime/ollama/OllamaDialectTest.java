package dev.gatewayctl.runtime.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.StreamDialect;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OllamaDialectTest {
  private static final String ALL =
      """
      {"model":"llama3.2","messages":[{"role":"system","content":"s1"},
      {"role":"user","content":"u1","images":["aGk="]},
      {"role":"assistant","content":"a1","thinking":"t1","tool_calls":[{"function":{"name":"n1","arguments":{"k1":"v1"}}}]},
      {"role":"tool","tool_name":"n1","content":"r1"}],
      "tools":[{"type":"function","function":{"name":"n1","description":"d1","parameters":{"type":"object","properties":{"k1":{"description":"d2"}}}}}],
      "format":{"type":"object"},"options":{"temperature":0.5,"num_predict":900,"stop":["m1"]},
      "think":true,"keep_alive":"5m","surprise":"m2"}\
      """;

  private static final String HEAD =
      "{\"model\":\"llama3.2\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":"
          + "{\"role\":\"assistant\",\"content\":\"";

  private static String said(String text) {
    return HEAD + text + "\"},\"done\":false}\n";
  }

  private static String thought(String text) {
    return HEAD + "\",\"thinking\":\"" + text + "\"},\"done\":false}\n";
  }

  private static final String DONE =
      HEAD
          + "\"},\"done\":true,\"done_reason\":\"stop\",\"total_duration\":5,"
          + "\"prompt_eval_count\":11,\"eval_count\":7}\n";

  private static RequestBody read(String body) {
    return ((RequestBody.Reading.Read)
            OllamaDialect.INSTANCE.request(Recordings.utf8(body), RequestPath.PLAIN))
        .request();
  }

  private static List<String> at(RequestBody request, Location location) {
    return request.pieces().stream()
        .filter(piece -> piece.location() == location)
        .map(piece -> piece.text().string())
        .toList();
  }

  @Test
  void everyTextHasItsLocationAndStreamsAreTheDefault() {
    RequestBody request = read(ALL);
    assertThat(at(request, Location.SYSTEM)).containsExactly("s1");
    assertThat(at(request, Location.USER)).containsExactly("u1");
    assertThat(at(request, Location.ASSISTANT)).containsExactly("a1");
    assertThat(at(request, Location.REASONING)).containsExactly("t1");
    assertThat(at(request, Location.TOOL_CALL)).containsExactly("n1", "k1", "v1");
    assertThat(at(request, Location.TOOL_RESULT)).containsExactly("r1");
    assertThat(at(request, Location.TOOL_DEFINITION)).contains("n1", "d1", "k1", "d2");
    assertThat(at(request, Location.METADATA)).contains("m1", "m2", "surprise", "5m");
    assertThat(request.opaque()).containsExactly(new Opaque("image", false));
    assertThat(request.toolNames()).containsExactly("n1");
    assertThat(request.stream()).isTrue();
    assertThat(read("{\"model\":\"m\",\"messages\":[],\"stream\":false}").stream()).isFalse();
    assertThat(request.maxTokens()).hasValue(900);
    assertThat(
            read("{\"model\":\"m\",\"messages\":[],\"options\":{\"num_predict\":-1}}").maxTokens())
        .isEmpty();
    assertThat(request.lastUser()).isEqualTo("u1");
  }

  private static String written(String body, RequestEdits edits) {
    return new String(read(body).write(edits), StandardCharsets.UTF_8);
  }

  @Test
  void editsLowerCapsAndLeaveTheRest() {
    assertThat(read(ALL).write(RequestEdits.NONE)).isNotNull();
    assertThat(written(ALL, RequestEdits.NONE.withModel("other")))
        .isEqualTo(ALL.replace("llama3.2", "other"));
    RequestEdits edits =
        RequestEdits.NONE
            .withTemperature(OptionalDouble.empty(), OptionalDouble.of(0.2))
            .withMaxTokens(5, "max_tokens");
    assertThat(written(ALL, edits)).isEqualTo(ALL.replace("0.5", "0.2").replace("900", "5"));
    String added = "\"num_predict\":5,\"temperature\":0.2}";
    assertThat(written("{\"model\":\"m\",\"messages\":[]}", edits))
        .isEqualTo("{\"model\":\"m\",\"messages\":[],\"options\":{" + added + "}");
    assertThat(written("{\"model\":\"m\",\"messages\":[],\"options\":{}}", edits))
        .isEqualTo("{\"model\":\"m\",\"messages\":[],\"options\":{" + added + "}");
    assertThat(written("{\"model\":\"m\",\"messages\":[],\"options\":{\"num_predict\":-2}}", edits))
        .isEqualTo(
            "{\"model\":\"m\",\"messages\":[],\"options\":{\"num_predict\":5,\"temperature\":0.2}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      textBlock =
          """
          {"model":"m"}                                          | `messages` is missing
          {"messages":[]}                                        | `model` is missing
          {"model":"m","messages":[{"role":"x"}]}                | `messages[0].role` is none of
          {"model":"m","messages":[{"role":"user","content":[]}]} | `messages[0].content` is not a string
          {"model":"m","messages":[{"role":"user","images":["a b"]}]} | `messages[0].images[0]` is not base64
          {"model":"m","messages":[],"stream":"no"}              | `stream` is neither true nor false
          {"model":"m","messages":[],"options":{"num_predict":"9"}} | `options.num_predict` is not a whole number
          {"model":"m","model":"n","messages":[]}                | the body is not JSON
          """)
  void whatIsNoRequestIsRefusedInItsWords(String body, String message) {
    assertThat(OllamaDialect.INSTANCE.request(Recordings.utf8(body), RequestPath.PLAIN))
        .isInstanceOfSatisfying(
            RequestBody.Reading.Refused.class,
            refused -> assertThat(refused.message()).startsWith(message));
  }

  private static AnswerStream stream(KeywordWindow window, boolean strip) {
    StreamDialect.Settings settings = new StreamDialect.Settings(false, strip, 1);
    return AnswerStream.of(OllamaDialect.INSTANCE.stream(settings), _ -> window);
  }

  private static AnswerStream masking() {
    StreamDialect.Settings settings = new StreamDialect.Settings(false, true, 1);
    return AnswerStream.of(
        OllamaDialect.INSTANCE.stream(settings), _ -> KeywordWindow.masking("secret", "[S]"));
  }

  private static String through(AnswerStream stream, String text, int size) {
    byte[] body = Recordings.utf8(text);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < body.length; at += size) {
      out.writeBytes(stream.feed(body, at, Math.min(body.length, at + size)));
    }
    out.writeBytes(stream.finish());
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void streamsAreMaskedTheSameHoweverTheyAreCut() {
    String in = thought("a sec") + said("one sec") + said("ret two se") + DONE;
    String out =
        thought("a ")
            + HEAD
            + "\",\"thinking\":\"sec\"},\"done\":false}\n"
            + said("one ")
            + said("[S] two ")
            + DONE.replace("\"content\":\"\"", "\"content\":\"se\"");
    for (int size = 1; size < in.length(); size += 5) {
      AnswerStream stream = masking();
      assertThat(through(stream, in, size)).isEqualTo(out);
      assertThat(stream.done()).isTrue();
      assertThat(stream.usage().input()).hasValue(11);
      assertThat(stream.usage().output()).hasValue(7);
      assertThat(stream.finishReasons()).containsEntry(0, "stop");
      assertThat(stream.model()).contains("llama3.2");
    }
    String plain = thought("a") + said("b") + "\n" + DONE;
    assertThat(through(masking(), plain, 3)).isEqualTo(plain);
  }

  @Test
  void callsComeWholeAndAreNamedInTheEnd() {
    String call =
        HEAD
            + "\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":"
            + "{\"q\":\"a secret\"}}}]},\"done\":false}\n";
    AnswerStream stream = masking();
    assertThat(through(stream, said("x se") + call + DONE, 9))
        .isEqualTo(
            said("x ")
                + call.replace("\"content\":\"\"", "\"content\":\"se\"").replace("secret", "[S]")
                + DONE);
    assertThat(stream.toolNames()).containsExactly("f");
    assertThat(stream.finishReasons()).containsEntry(0, "tool_calls");
  }

  @Test
  void aRefusalIsALastLine() {
    AnswerStream stream = stream(KeywordWindow.refusing("secret"), false);
    assertThat(through(stream, said("fine ") + said("a secret") + DONE, 20))
        .isEqualTo(
            said("fine ")
                + said("a ")
                + HEAD
                + "\"},\"done\":true,\"done_reason\":\"content_filter\"}\n");
    assertThat(stream.refused()).isTrue();
    assertThat(stream.finishReasons()).containsEntry(0, "content_filter");
  }

  @Test
  void errorsAndCutsAndGarbageAreNoEnd() {
    AnswerStream failed = masking();
    assertThat(through(failed, said("a") + "{\"error\":\"a secret\"}\n", 7))
        .isEqualTo(said("a") + "{\"error\":\"a [S]\"}\n");
    assertThat(failed.done()).isFalse();
    assertThat(failed.closesItself()).isTrue();
    AnswerStream cut = masking();
    through(cut, said("a"), 7);
    assertThat(cut.done()).isFalse();
    AnswerStream whole = masking();
    assertThat(through(whole, said("a") + DONE.strip(), 7)).isEqualTo(said("a") + DONE.strip());
    assertThat(whole.done()).isTrue();
    assertThat(through(masking(), "<html>a secret</html>\n", 4)).isEqualTo("<html>a [S]</html>\n");
    assertThat(through(masking(), "<html>a secret", 4)).isEmpty();
  }

  @Test
  void logprobsAreNulledWhereMasksApply() {
    String line = "{\"model\":\"m\",\"logprobs\":[{\"token\":\"secret\"}],\"done\":true}\n";
    AnswerStream stream = masking();
    assertThat(through(stream, line, 8))
        .isEqualTo("{\"model\":\"m\",\"logprobs\":null,\"done\":true}\n");
    assertThat(stream.stripped()).containsExactly("logprobs");
  }

  @Test
  void wholeAnswersAndErrorsAreRead() {
    AnswerBody answer =
        ((AnswerBody.Reading.Read)
                OllamaDialect.INSTANCE.answer(
                    Recordings.utf8(
                        "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"a\","
                            + "\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":"
                            + "{\"n\":5}}}]},\"done\":true,\"done_reason\":\"stop\","
                            + "\"eval_count\":3}")))
            .answer();
    assertThat(answer.text()).isEqualTo("a");
    assertThat(answer.toolCalls()).containsExactly(new AnswerBody.ToolCall("f", "{\"n\":5}"));
    assertThat(answer.finishReasons()).containsExactly("tool_calls");
    assertThat(answer.usage().input()).isEmpty();
    assertThat(answer.usage().output()).hasValue(3);
    assertThat(answer.pieces()).anyMatch(piece -> piece.text().string().equals("5"));
    Dialect.ErrorAnswer error =
        OllamaDialect.INSTANCE.error(new Dialect.ProtocolError(403, "policy_denied", "no", "x"));
    assertThat(new String(error.body(), StandardCharsets.UTF_8)).isEqualTo("{\"error\":\"no\"}");
    assertThat(error.status()).isEqualTo(403);
  }

  @Test
  void damageNeverThrowsAndNeverPassesTheWord() {
    long seed = 5;
    Random random = new Random(seed);
    String in = thought("a secret") + said("b secret") + DONE;
    for (int round = 0; round < 5_000; round++) {
      byte[] body = Recordings.utf8(in);
      for (int i = 0; i < random.nextInt(3); i++) {
        body[random.nextInt(body.length)] = (byte) (32 + random.nextInt(95));
      }
      String damaged = new String(body, StandardCharsets.UTF_8);
      assertThat(through(masking(), damaged, 1 + random.nextInt(99)))
          .as("seed " + seed)
          .doesNotContain("secret");
      byte[] request = Recordings.utf8(ALL);
      request[random.nextInt(request.length)] = (byte) "{}[]\",:a1 \\".charAt(random.nextInt(11));
      if (OllamaDialect.INSTANCE.request(request, RequestPath.PLAIN)
          instanceof RequestBody.Reading.Read(RequestBody read)) {
        assertThat(read.write(RequestEdits.NONE)).isSameAs(request);
      }
    }
  }
}
