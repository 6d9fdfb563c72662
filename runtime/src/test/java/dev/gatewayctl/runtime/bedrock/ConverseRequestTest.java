package dev.gatewayctl.runtime.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.Mask;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConverseRequestTest {
  private static final RequestPath PATH =
      new RequestPath(Optional.of("amazon.nova-pro-v1:0"), true);

  private static final String ALL =
      """
      {"system":[{"text":"s1"},{"guardContent":{"text":{"text":"s2","qualifiers":["guard_content"]}}},
      {"cachePoint":{"type":"default","ttl":"1h"}}],
      "messages":[
      {"role":"user","content":[{"text":"u1"},{"image":{"format":"png","source":{"bytes":"aGk="}}},
      {"document":{"format":"txt","name":"d1","source":{"text":"d2"},"context":"d3","citations":{"enabled":true}}},
      {"video":{"format":"mp4","source":{"s3Location":{"uri":"s3://b/k"}}}},
      {"audio":{"format":"wav","source":{"bytes":"aGk="}}},
      {"searchResult":{"source":"r1","title":"r2","content":[{"text":"r3"}],"citations":{"enabled":false}}}]},
      {"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"t1","signature":"AA=="}}},
      {"reasoningContent":{"redactedContent":"AA=="}},
      {"citationsContent":{"content":[{"text":"a1"}],"citations":[{"title":"c1","sourceContent":[{"text":"c2"}],"location":{"web":{"url":"https://x"}}}]}},
      {"toolUse":{"toolUseId":"i1","name":"n1","input":{"k1":"v1","k2":7}}}]},
      {"role":"user","content":[{"toolResult":{"toolUseId":"i1","status":"success","content":[{"text":"o1"},{"json":{"k3":"o2"}},{"document":{"name":"o3","source":{"content":[{"text":"o4"}]}}}]}},
      {"cachePoint":{"type":"default"}}]}],
      "toolConfig":{"tools":[{"toolSpec":{"name":"n1","description":"f1","inputSchema":{"json":{"type":"object","properties":{"k1":{"description":"f2"}}}}}},
      {"cachePoint":{"type":"default"}},{"systemTool":{"name":"nova_grounding"}}],"toolChoice":{"auto":{}}},
      "inferenceConfig":{"maxTokens":900,"temperature":0.5,"topP":0.9,"stopSequences":["m1"]},
      "additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2000},"x":"m2"},
      "guardrailConfig":{"guardrailIdentifier":"m3","guardrailVersion":"1"},
      "requestMetadata":{"team":"m4"},
      "outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{}","name":"m5"}}}},
      "surprise":{"m6":"m7"}}\
      """;

  private static RequestBody read(String body) {
    return ((RequestBody.Reading.Read)
            ConverseDialect.INSTANCE.request(Recordings.utf8(body), PATH))
        .request();
  }

  private static List<String> at(RequestBody request, Location location) {
    return request.pieces().stream()
        .filter(piece -> piece.location() == location)
        .map(piece -> piece.text().string())
        .toList();
  }

  @Test
  void everyTextHasItsLocation() {
    RequestBody request = read(ALL);
    assertThat(at(request, Location.SYSTEM)).containsExactly("s1", "s2");
    assertThat(at(request, Location.USER)).containsExactly("u1");
    assertThat(at(request, Location.DOCUMENT))
        .containsExactly("d1", "d2", "d3", "r1", "r2", "r3", "c1", "c2");
    assertThat(at(request, Location.REASONING)).containsExactly("t1");
    assertThat(at(request, Location.ASSISTANT)).containsExactly("a1");
    assertThat(at(request, Location.TOOL_CALL)).containsExactly("n1", "k1", "v1", "k2", "7");
    assertThat(at(request, Location.TOOL_RESULT)).containsExactly("o1", "k3", "o2", "o3", "o4");
    assertThat(at(request, Location.TOOL_DEFINITION)).contains("n1", "f1", "k1", "f2");
    assertThat(at(request, Location.METADATA))
        .contains("m1", "m2", "m3", "m4", "m5", "m6", "m7", "{}", "x");
    assertThat(at(request, Location.REFERENCE)).containsExactly("uri", "s3://b/k", "https://x");
    assertThat(request.opaque())
        .containsExactly(
            new Opaque("image", false),
            new Opaque("video", true),
            new Opaque("audio", false),
            new Opaque("opaque", false));
    assertThat(request.toolNames()).containsExactly("n1", "nova_grounding");
    assertThat(request.turns()).isEqualTo(1);
    assertThat(request.system()).isEqualTo("s1\ns2");
    assertThat(request.lastUser()).isEqualTo("u1");
    assertThat(request.metadata()).containsEntry("team", "m4");
    assertThat(request.model()).isEqualTo("amazon.nova-pro-v1:0");
    assertThat(request.stream()).isTrue();
    assertThat(request.maxTokens()).hasValue(900);
    assertThat(request.temperature()).hasValue(0.5);
    assertThat(request.reasoning()).contains("enabled");
    assertThat(
            request.pieces().stream().filter(TextPiece::latest).map(piece -> piece.text().string()))
        .contains("o1", "o2")
        .doesNotContain("u1", "v1", "s1");
  }

  @Test
  void editsLowerCapsAndLeaveTheRest() {
    RequestBody request = read(ALL);
    assertThat(request.write(RequestEdits.NONE.withModel("other"))).isSameAs(request.body());
    assertThat(written(ALL, RequestEdits.NONE.withMaxTokens(2_000, "max_tokens"))).isEqualTo(ALL);
    assertThat(written(ALL, RequestEdits.NONE.withMaxTokens(100, "max_tokens")))
        .isEqualTo(
            ALL.replace("\"maxTokens\":900", "\"maxTokens\":100")
                .replace(
                    "{\"type\":\"enabled\",\"budget_tokens\":2000}", "{\"type\":\"disabled\"}"));
    RequestEdits cooler =
        RequestEdits.NONE.withTemperature(OptionalDouble.empty(), OptionalDouble.of(0.2));
    assertThat(written(ALL, cooler)).isEqualTo(ALL.replace("0.5", "0.2"));
    RequestEdits both = cooler.withMaxTokens(7, "max_tokens");
    assertThat(written("{\"messages\":[]}", both))
        .isEqualTo("{\"messages\":[],\"inferenceConfig\":{\"maxTokens\":7,\"temperature\":0.2}}");
    assertThat(written("{\"inferenceConfig\":{ },\"messages\":[]}", both))
        .isEqualTo("{\"inferenceConfig\":{ \"maxTokens\":7,\"temperature\":0.2},\"messages\":[]}");
    assertThat(written("{\"inferenceConfig\":null,\"messages\":[]}", both))
        .isEqualTo("{\"inferenceConfig\":{\"maxTokens\":7,\"temperature\":0.2},\"messages\":[]}");
    assertThat(
            written("{\"inferenceConfig\":{\"maxTokens\":null,\"topP\":1},\"messages\":[]}", both))
        .isEqualTo(
            "{\"inferenceConfig\":{\"maxTokens\":7,\"topP\":1,\"temperature\":0.2},"
                + "\"messages\":[]}");
  }

  private static String written(String body, RequestEdits edits) {
    return new String(read(body).write(edits), StandardCharsets.UTF_8);
  }

  @Test
  void masksAreSplices() {
    RequestBody request = read(ALL);
    List<Mask> masks = new ArrayList<>();
    for (TextPiece piece : request.pieces()) {
      if (piece.text().string().matches("[su]1|v1|o2")) {
        masks.add(new Mask(piece, 0, 1, "\""));
      }
    }
    assertThat(
            new String(request.write(RequestEdits.NONE.withMasks(masks)), StandardCharsets.UTF_8))
        .isEqualTo(
            ALL.replace("\"s1\"", "\"\\\"1\"")
                .replace("\"u1\"", "\"\\\"1\"")
                .replace("\"v1\"", "\"\\\"1\"")
                .replace("\"o2\"", "\"\\\"2\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      textBlock =
          """
          {"messages":[                                              | the body is not JSON
          []                                                         | the body is not an object
          {}                                                         | `messages` is missing
          {"messages":{}}                                            | `messages` is not a list
          {"messages":[],"messages":[]}                              | the body is not JSON
          {"messages":[{"role":"tool","content":[]}]}                | `messages[0].role` is none of
          {"messages":[{"role":"user"}]}                             | `messages[0].content` is missing
          {"messages":[{"role":"user","content":"hi"}]}              | `messages[0].content` is not a list
          {"messages":[{"role":"user","content":["hi"]}]}            | `messages[0].content[0]` is not an object
          {"messages":[{"role":"user","content":[{}]}]}              | `messages[0].content[0]` holds no content
          {"messages":[{"role":"user","content":[{"text":"a","json":1}]}]} | `messages[0].content[0]` holds more than one kind of content
          {"messages":[{"role":"user","content":[{"text":["a"]}]}]}  | `messages[0].content[0].text` is not a string
          {"messages":[{"role":"user","content":[{"image":{"source":{"bytes":"no base64"}}}]}]} | `messages[0].content[0].image.source.bytes` is not base64
          {"messages":[{"role":"user","content":[{"image":{"format":"png"}}]}]} | `messages[0].content[0].image.source` is missing
          {"messages":[{"role":"user","content":[{"text":"\\ud800"}]}]} | the body is not JSON: half of a surrogate
          {"messages":[],"system":"be nice"}                         | `system` is not a list
          {"messages":[],"inferenceConfig":{"maxTokens":"9"}}        | `inferenceConfig.maxTokens` is not a whole number
          {"messages":[],"inferenceConfig":{"temperature":"9"}}      | `inferenceConfig.temperature` is not a number
          {"messages":[],"toolConfig":[]}                            | `toolConfig` is not an object
          {"messages":[],"toolConfig":{"tools":[{"toolSpec":"x"}]}}  | `toolConfig.tools[0].toolSpec` is not an object
          {"messages":[],"additionalModelRequestFields":{"max_tokens":9}} | `additionalModelRequestFields.max_tokens` would undo
          """)
  void whatIsNoRequestIsRefusedInItsWords(String body, String message) {
    assertThat(ConverseDialect.INSTANCE.request(Recordings.utf8(body), PATH))
        .isInstanceOfSatisfying(
            RequestBody.Reading.Refused.class,
            refused -> assertThat(refused.message()).startsWith(message));
  }

  @Test
  void aBlockOfAnUnknownKindIsTextAndOpaque() {
    RequestBody request =
        read("{\"messages\":[{\"role\":\"user\",\"content\":[{\"dream\":{\"x\":\"hidden\"}}]}]}");
    assertThat(at(request, Location.METADATA)).containsExactly("dream", "x", "hidden");
    assertThat(request.opaque()).containsExactly(new Opaque("opaque", false));
  }

  @Test
  void recordedRequestsAndAnswersKeepTheirBytes() {
    int requests = 0;
    int answers = 0;
    for (Recordings.Recording recording : Recordings.converse()) {
      if (recording.request().isPresent()) {
        RequestBody request = read(recording.request().orElseThrow());
        assertThat(request.write(RequestEdits.NONE)).isSameAs(request.body());
        assertThat(request.lastUser()).as(recording.name()).isNotNull();
        assertThat(request.pieces()).as(recording.name()).isNotEmpty();
        requests++;
      }
      byte[] body = Recordings.utf8(recording.answer());
      AnswerBody answer =
          ((AnswerBody.Reading.Read) ConverseDialect.INSTANCE.answer(body)).answer();
      assertThat(answer.write(List.of(), true)).isSameAs(body);
      assertThat(answer.pieces()).as(recording.name()).isNotEmpty();
      if (recording.answer().contains("stopReason")) {
        answers++;
        assertThat(answer.usage().input()).as(recording.name()).isPresent();
        assertThat(answer.usage().output()).as(recording.name()).isPresent();
        assertThat(answer.finishReasons()).as(recording.name()).hasSize(1);
      }
    }
    assertThat(requests).isGreaterThan(10);
    assertThat(answers).isGreaterThan(20);
  }

  @Test
  void anAnswersBlocksAndCallsAreTold() {
    AnswerBody answer =
        ((AnswerBody.Reading.Read)
                ConverseDialect.INSTANCE.answer(
                    Recordings.utf8(
                        """
                        {"output":{"message":{"role":"assistant","content":[
                        {"reasoningContent":{"reasoningText":{"text":"t","signature":"AA=="}}},
                        {"text":"a"},{"toolUse":{"toolUseId":"i","name":"n","input":{"k":"v"}}}]}},
                        "stopReason":"tool_use","usage":{"inputTokens":3,"outputTokens":236,
                        "totalTokens":2072,"cacheReadInputTokens":121,"cacheWriteInputTokens":1712},
                        "trace":{"guardrail":{"modelOutput":["o"]}}}\
                        """)))
            .answer();
    assertThat(answer.text()).isEqualTo("a\no");
    assertThat(answer.toolCalls()).containsExactly(new AnswerBody.ToolCall("n", "{\"k\":\"v\"}"));
    assertThat(answer.finishReasons()).containsExactly("tool_calls");
    assertThat(answer.usage().input()).hasValue(1_836);
    assertThat(answer.usage().cached()).hasValue(121);
    assertThat(answer.usage().cacheWrite()).hasValue(1_712);
  }

  @ParameterizedTest
  @CsvSource({
    "400,ValidationException",
    "401,UnrecognizedClientException",
    "403,AccessDeniedException",
    "404,ResourceNotFoundException",
    "405,ValidationException",
    "408,ModelTimeoutException",
    "413,ValidationException",
    "415,ValidationException",
    "424,ModelErrorException",
    "429,ThrottlingException",
    "500,InternalServerException",
    "502,InternalServerException",
    "503,ServiceUnavailableException",
    "504,InternalServerException"
  })
  void errorsHaveTheNamesThatClientsThrow(int status, String exception) {
    Dialect.ErrorAnswer error =
        ConverseDialect.INSTANCE.error(
            new Dialect.ProtocolError(status, "policy_denied", "why", "x1"));
    assertThat(error.status()).isEqualTo(status);
    assertThat(error.head().first("x-amzn-errortype")).isEqualTo(exception);
    assertThat(new String(error.body(), StandardCharsets.UTF_8)).startsWith("{\"message\":\"why\"");
  }

  @Test
  void damagedBodiesNeverThrow() {
    long seed = 20_261_124;
    Random random = new Random(seed);
    byte[] whole = Recordings.utf8(ALL);
    int read = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] body = whole.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        body[random.nextInt(body.length)] = (byte) "{}[]\",:ax1 \\".charAt(random.nextInt(12));
      }
      if (ConverseDialect.INSTANCE.request(body, PATH)
          instanceof RequestBody.Reading.Read(RequestBody request)) {
        read++;
        assertThat(request.write(RequestEdits.NONE)).isSameAs(body);
        for (TextPiece piece : request.pieces()) {
          assertThat(piece.start()).as("seed " + seed).isBetween(0, piece.end());
          assertThat(piece.end()).as("seed " + seed).isLessThanOrEqualTo(body.length);
        }
      }
      assertThat(ConverseDialect.INSTANCE.answer(body)).isNotNull();
    }
    assertThat(read).isGreaterThan(1_000);
  }
}
