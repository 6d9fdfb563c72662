package dev.gatewayctl.runtime.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.wire.Mask;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GeminiRequestTest {
  private static final RequestPath PATH =
      new RequestPath(Optional.of("gemini-2.5-flash"), false, "generateContent", false);

  private static final String FULL =
      """
      {"systemInstruction":{"parts":[{"text":"be kind"}]},
       "contents":[
        {"role":"user","parts":[{"text":"look"},
          {"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}},
          {"fileData":{"mimeType":"application/pdf","fileUri":"https://a.example/b.pdf"}}]},
        {"role":"model","parts":[{"text":"hm","thought":true},{"text":"I see"},
          {"functionCall":{"id":"c1","name":"find","args":{"q":"cats","n":4}},
           "thoughtSignature":"c2ln"},
          {"executableCode":{"language":"PYTHON","code":"print(1)"}},
          {"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"one"}}]},
        {"role":"user","parts":[
          {"functionResponse":{"id":"c1","name":"find","response":{"hits":["tom"]}}}]},
        {"role":"user","parts":[{"text":"thanks"}]}],
       "tools":[{"functionDeclarations":[{"name":"find","description":"finds",
          "parametersJsonSchema":{"type":"object","properties":{"q":{"type":"string"}}}}]},
          {"googleSearch":{}}],
       "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["find"]}},
       "generationConfig":{"temperature":0.5,"topP":1,"topK":40,"candidateCount":2,
          "maxOutputTokens":100,"stopSequences":["END"],"seed":7,"responseMimeType":"text/plain",
          "thinkingConfig":{"includeThoughts":true,"thinkingLevel":"HIGH"}},
       "safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}],
       "cachedContent":"cachedContents/abc","labels":{"team":"red"}}
      """;

  private static RequestBody read(String body) {
    return read(body, PATH);
  }

  private static RequestBody read(String body, RequestPath path) {
    RequestBody.Reading reading = GeminiDialect.CONTENT.request(Recordings.utf8(body), path);
    assertThat(reading).isInstanceOf(RequestBody.Reading.Read.class);
    return ((RequestBody.Reading.Read) reading).request();
  }

  private static List<String> texts(RequestBody request, Location location) {
    return request.pieces().stream()
        .filter(piece -> piece.location() == location)
        .map(piece -> piece.text().string())
        .toList();
  }

  private static String written(RequestBody request, RequestEdits edits) {
    return new String(request.write(edits), StandardCharsets.UTF_8);
  }

  @Test
  void everyTextHasItsLocation() {
    RequestBody request = read(FULL);
    assertThat(texts(request, Location.SYSTEM)).containsExactly("be kind");
    assertThat(texts(request, Location.USER)).containsExactly("look", "thanks");
    assertThat(texts(request, Location.ASSISTANT)).containsExactly("I see");
    assertThat(texts(request, Location.REASONING)).containsExactly("hm");
    assertThat(texts(request, Location.TOOL_CALL))
        .containsExactly("find", "q", "cats", "n", "4", "print(1)");
    assertThat(texts(request, Location.TOOL_RESULT)).containsExactly("one", "find", "hits", "tom");
    assertThat(texts(request, Location.REFERENCE))
        .containsExactly("https://a.example/b.pdf", "cachedContents/abc");
    assertThat(texts(request, Location.TOOL_DEFINITION)).contains("find", "finds", "q");
    assertThat(texts(request, Location.METADATA)).contains("END", "HIGH", "red", "BLOCK_NONE");
    assertThat(request.system()).isEqualTo("be kind");
    assertThat(request.lastUser()).isEqualTo("thanks");
    assertThat(request.turns()).isEqualTo(2);
    assertThat(request.toolNames()).containsExactly("find", "googleSearch");
    assertThat(request.metadata()).isEqualTo(Map.of("team", "red"));
    assertThat(request.opaque())
        .containsExactly(
            new Opaque("image", false), new Opaque("document", true), new Opaque("opaque", true));
    assertThat(
            request.pieces().stream()
                .filter(TextPiece::latest)
                .map(piece -> piece.text().string())
                .toList())
        .containsExactly("c1", "find", "hits", "tom", "thanks")
        .doesNotContain("look");
  }

  @Test
  void settingsAreTold() {
    RequestBody request = read(FULL);
    assertThat(request.model()).isEqualTo("gemini-2.5-flash");
    assertThat(request.maxTokens()).hasValue(100);
    assertThat(request.temperature()).hasValue(0.5);
    assertThat(request.choices()).isEqualTo(2);
    assertThat(request.reasoning()).contains("HIGH");
    assertThat(request.stream()).isFalse();
    assertThat(request.includeUsage()).isTrue();
    assertThat(read("{\"contents\":[]}", new RequestPath(PATH.model(), true)).stream()).isTrue();
  }

  @Test
  void capsAreSplicedAndTheModelStaysInThePath() {
    RequestBody request = read(FULL);
    RequestEdits edits =
        RequestEdits.NONE
            .withModel("other")
            .withMaxTokens(50, "max_tokens")
            .withChoices(1)
            .withTemperature(OptionalDouble.empty(), OptionalDouble.of(0.2));
    assertThat(written(request, edits))
        .isEqualTo(
            FULL.replace("\"maxOutputTokens\":100", "\"maxOutputTokens\":50")
                .replace("\"candidateCount\":2", "\"candidateCount\":1")
                .replace("\"temperature\":0.5", "\"temperature\":0.2"));
  }

  @Test
  void capsAreAddedWhereTheCallerHasNone() {
    RequestEdits edits =
        RequestEdits.NONE
            .withMaxTokens(50, "max_tokens")
            .withTemperature(OptionalDouble.empty(), OptionalDouble.of(0.2));
    String added = "\"maxOutputTokens\":50,\"temperature\":0.2";
    assertThat(written(read("{\"contents\":[]}"), edits))
        .isEqualTo("{\"contents\":[],\"generationConfig\":{" + added + "}}");
    assertThat(written(read("{\"contents\":[],\"generation_config\":{}}"), edits))
        .isEqualTo("{\"contents\":[],\"generation_config\":{" + added + "}}");
    assertThat(written(read("{\"contents\":[],\"generationConfig\":null}"), edits))
        .isEqualTo("{\"contents\":[],\"generationConfig\":{" + added + "}}");
    assertThat(written(read("{\"contents\":[],\"generationConfig\":{\"seed\":1}}"), edits))
        .isEqualTo("{\"contents\":[],\"generationConfig\":{\"seed\":1," + added + "}}");
  }

  @Test
  void theSpellingWithUnderscoresIsTheSameMember() {
    String snake =
        "{\"system_instruction\":{\"parts\":{\"text\":\"s\"}},\"contents\":{\"parts\":[{\"text\":\"u\"},"
            + "{\"inline_data\":{\"mime_type\":\"image/png\",\"data\":\"AAAA\"}},"
            + "{\"function_call\":{\"name\":\"f\",\"args\":{\"a_b\":\"x\"}}}]},"
            + "\"generation_config\":{\"max_output_tokens\":900}}";
    RequestBody request = read(snake);
    assertThat(request.system()).isEqualTo("s");
    assertThat(request.lastUser()).isEqualTo("u");
    assertThat(request.maxTokens()).hasValue(900);
    assertThat(request.opaque()).containsExactly(new Opaque("image", false));
    assertThat(texts(request, Location.TOOL_CALL)).containsExactly("f", "a_b", "x");
    assertThat(written(request, RequestEdits.NONE.withMaxTokens(5, "x")))
        .isEqualTo(snake.replace("900", "5"));
  }

  @Test
  void masksReachTextsArgumentsAndResults() {
    RequestBody request = read(FULL);
    List<Mask> masks =
        request.pieces().stream()
            .filter(piece -> piece.rewritable(0, piece.text().length()))
            .filter(piece -> List.of("look", "cats", "4", "tom").contains(piece.text().string()))
            .map(piece -> new Mask(piece, 0, piece.text().length(), "[\"X\"]"))
            .toList();
    assertThat(written(request, RequestEdits.NONE.withMasks(masks)))
        .isEqualTo(
            FULL.replace("\"look\"", "\"[\\\"X\\\"]\"")
                .replace("\"cats\"", "\"[\\\"X\\\"]\"")
                .replace("\"n\":4}", "\"n\":\"[\\\"X\\\"]\"}")
                .replace("\"tom\"", "\"[\\\"X\\\"]\""));
  }

  @Test
  void whatIsUnknownIsText() {
    RequestBody request =
        read(
            "{\"contents\":[{\"role\":\"wizard\",\"parts\":[{\"hologram\":{\"z\":\"beam\"}}],"
                + "\"aside\":\"psst\"}],\"extra\":[\"more\"],"
                + "\"generationConfig\":{\"temper\":\"hot\",\"topK\":\"forty\"}}");
    assertThat(texts(request, Location.METADATA))
        .contains("wizard", "hologram", "beam", "psst", "extra", "more", "temper", "hot", "forty");
    assertThat(request.opaque()).containsExactly(new Opaque("opaque", false));
  }

  @Test
  void aCountOfTokensGetsNoSettings() {
    RequestPath count = new RequestPath(Optional.of("m"), false, "countTokens", false);
    String nested =
        "{\"generateContentRequest\":{\"model\":\"models/m\",\"contents\":[{\"parts\":[{\"text\":\"a\"}]}]}}";
    RequestBody request = read(nested, count);
    assertThat(request.lastUser()).isEqualTo("a");
    assertThat(request.maxTokens()).hasValue(0);
    assertThat(written(request, RequestEdits.NONE.withMaxTokens(5, "x"))).isEqualTo(nested);
    assertThat(written(request, RequestEdits.NONE.withModel("n")))
        .isEqualTo(nested.replace("models/m", "models/n"));
  }

  private static String refusal(String body) {
    return switch (GeminiDialect.CONTENT.request(Recordings.utf8(body), PATH)) {
      case RequestBody.Reading.Refused(String message, String place) -> place + ": " + message;
      case RequestBody.Reading.Read _ -> "read";
    };
  }

  @Test
  void whatCannotBeUnderstoodIsRefusedWithItsPlace() {
    String parts = "{\"contents\":[{\"parts\":[%s]}]}";
    Map<String, String> cases =
        Map.ofEntries(
            Map.entry("{", ""),
            Map.entry("[]", ""),
            Map.entry("{}", "contents"),
            Map.entry("{\"contents\":\"hi\"}", "contents"),
            Map.entry("{\"contents\":[\"hi\"]}", "contents[0]"),
            Map.entry("{\"contents\":[{\"role\":1}]}", "contents[0].role"),
            Map.entry("{\"contents\":[],\"contents\":[]}", ""),
            Map.entry("{\"contents\":[{\"parts\":\"hi\"}]}", "contents[0].parts"),
            Map.entry(parts.formatted("\"hi\""), "contents[0].parts[0]"),
            Map.entry(parts.formatted("{\"text\":[\"hi\"]}"), "contents[0].parts[0].text"),
            Map.entry(parts.formatted("{\"text\":\"\\ud800\"}"), ""),
            Map.entry(
                parts.formatted("{\"inlineData\":{\"data\":\"a secret\"}}"),
                "contents[0].parts[0].inlineData.data"),
            Map.entry(
                parts.formatted("{\"functionCall\":{\"args\":\"{}\"}}"),
                "contents[0].parts[0].functionCall.args"),
            Map.entry(
                parts.formatted("{\"functionResponse\":{\"response\":\"x\"}}"),
                "contents[0].parts[0].functionResponse.response"),
            Map.entry("{\"contents\":[],\"systemInstruction\":\"x\"}", "systemInstruction"),
            Map.entry("{\"contents\":[],\"tools\":\"x\"}", "tools"),
            Map.entry("{\"contents\":[],\"tools\":[1]}", "tools[0]"),
            Map.entry("{\"contents\":[],\"labels\":[]}", "labels"),
            Map.entry("{\"contents\":[],\"model\":\"models/gemini-pro\"}", "model"),
            Map.entry("{\"contents\":[],\"generationConfig\":1}", "generationConfig"),
            Map.entry(
                "{\"contents\":[],\"generationConfig\":{\"maxOutputTokens\":\"9\"}}",
                "generationConfig.maxOutputTokens"),
            Map.entry(
                "{\"contents\":[],\"generationConfig\":{\"temperature\":\"NaN\"}}",
                "generationConfig.temperature"),
            Map.entry(
                "{\"contents\":[],\"generationConfig\":{\"candidateCount\":0}}",
                "generationConfig.candidateCount"),
            Map.entry(
                "{\"contents\":[],\"generateContentRequest\":{\"contents\":[]}}",
                "generateContentRequest"));
    cases.forEach(
        (body, place) -> {
          assertThat(refusal(body)).as(body).startsWith(place + ": ").doesNotContain("secret");
        });
    assertThat(refusal("[".repeat(500))).contains("deep");
  }

  @Test
  void aMemberInTwoSpellingsIsAmbiguous() {
    assertThat(
            refusal(
                "{\"contents\":[],\"generationConfig\":{\"maxOutputTokens\":1,"
                    + "\"max_output_tokens\":100000}}"))
        .isEqualTo(
            "generationConfig.maxOutputTokens: `generationConfig.maxOutputTokens` stands there"
                + " twice, in two spellings");
    assertThat(refusal("{\"contents\":[],\"system_instruction\":{},\"systemInstruction\":{}}"))
        .startsWith("systemInstruction");
  }

  @Test
  void damagedRequestsNeverFailUnexpectedly() {
    long seed = 4711;
    Random random = new Random(seed);
    byte[] base = Recordings.utf8(FULL);
    for (int round = 0; round < 4_000; round++) {
      byte[] damaged = base.clone();
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) (32 + random.nextInt(95));
      }
      switch (GeminiDialect.CONTENT.request(damaged, PATH)) {
        case RequestBody.Reading.Refused(String message, String _) ->
            assertThat(message).isNotBlank();
        case RequestBody.Reading.Read(RequestBody request) -> {
          assertThat(request.write(RequestEdits.NONE)).isSameAs(damaged);
          for (TextPiece piece : request.pieces()) {
            assertThat(piece.start()).as("seed %d round %d", seed, round).isNotNegative();
            assertThat(piece.end()).isBetween(piece.start(), damaged.length);
          }
        }
      }
    }
  }

  @Test
  void embeddingsTakeTheModelOfThePathOnly() {
    RequestPath path = new RequestPath(Optional.of("e1"), false, "batchEmbedContents", false);
    String other =
        "{\"requests\":[{\"model\":\"models/e2\",\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}";
    assertThat(GeminiDialect.EMBED.request(Recordings.utf8(other), path))
        .isEqualTo(
            new RequestBody.Reading.Refused(
                "`requests[0].model` is not the model of the path", "requests[0].model"));
    String one = "{\"content\":{\"parts\":[{\"text\":\"a\"}]},\"title\":\"t\",\"taskType\":\"T\"}";
    RequestBody request =
        ((RequestBody.Reading.Read) GeminiDialect.EMBED.request(Recordings.utf8(one), path))
            .request();
    assertThat(texts(request, Location.INPUT)).containsExactly("a", "t");
    assertThat(GeminiDialect.EMBED.request(Recordings.utf8("{\"requests\":[{}]}"), path))
        .isInstanceOf(RequestBody.Reading.Refused.class);
  }
}
