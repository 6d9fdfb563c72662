package dev.gatewayctl.runtime.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.genai.Chat;
import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.errors.ApiException;
import com.google.genai.errors.ClientException;
import com.google.genai.errors.GenAiIOException;
import com.google.genai.errors.ServerException;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.ListModelsConfig;
import com.google.genai.types.Part;
import com.google.genai.types.Schema;
import com.google.genai.types.Tool;
import com.google.genai.types.Type;
import dev.gatewayctl.runtime.gateway.Records;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Google's own client, against providers of its protocol and of others.
class GeminiClientTest {
  private static final GenerateContentConfig SHORT =
      GenerateContentConfig.builder().maxOutputTokens(100).build();

  /// Without it the client tries five times, a second and more apart.
  private static final HttpRetryOptions ONCE = HttpRetryOptions.builder().attempts(1).build();

  @TempDir static Path folder = Path.of("unset");
  private static Site site;
  private static Client client;

  @BeforeAll
  static void open() {
    site = Site.open(folder);
    client = client(Site.KEY, HttpOptions.builder().retryOptions(ONCE));
  }

  @AfterAll
  static void close() {
    client.close();
    site.close();
  }

  private static Client client(String key, HttpOptions.Builder options) {
    return Client.builder()
        .apiKey(key)
        .enterprise(false)
        .httpOptions(options.baseUrl(site.address()).build())
        .build();
  }

  private static GenerateContentResponse ask(String model) {
    return client.models.generateContent(model, "hi", SHORT);
  }

  private static List<GenerateContentResponse> stream(String model, GenerateContentConfig config) {
    List<GenerateContentResponse> all = new ArrayList<>();
    try (ResponseStream<GenerateContentResponse> events =
        client.models.generateContentStream(model, "hi", config)) {
      events.forEach(all::add);
    }
    return all;
  }

  private static List<Part> parts(GenerateContentResponse answer) {
    return answer.candidates().orElse(List.of()).stream()
        .flatMap(candidate -> candidate.content().stream())
        .flatMap(content -> content.parts().orElse(List.of()).stream())
        .toList();
  }

  private static String text(List<GenerateContentResponse> answers) {
    StringBuilder all = new StringBuilder();
    for (GenerateContentResponse answer : answers) {
      parts(answer).stream().flatMap(part -> part.text().stream()).forEach(all::append);
    }
    return all.toString();
  }

  private static String finish(GenerateContentResponse answer) {
    return answer.candidates().orElse(List.of()).stream()
        .flatMap(candidate -> candidate.finishReason().stream())
        .map(Object::toString)
        .findFirst()
        .orElse("");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gemini", "gpt", "claude"})
  void aQuestionIsAnswered(String model) {
    site.plays(Vendor.saying("Hel", "lo"));
    GenerateContentResponse answer = ask(model);
    assertThat(answer.text()).isEqualTo("Hello");
    assertThat(finish(answer)).isEqualTo("STOP");
    assertThat(answer.usageMetadata().orElseThrow().promptTokenCount()).hasValue(5);
    assertThat(answer.usageMetadata().orElseThrow().candidatesTokenCount()).hasValue(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gemini", "gpt", "claude"})
  void piecesOfAStreamComeInOrderAndUsageWithTheLast(String model) {
    site.plays(Vendor.saying("one ", "two ", "three"));
    List<GenerateContentResponse> events = stream(model, SHORT);
    assertThat(events.stream().map(event -> text(List.of(event))).filter(piece -> !piece.isEmpty()))
        .containsExactly("one ", "two ", "three");
    GenerateContentResponse last = events.getLast();
    assertThat(last.usageMetadata().orElseThrow().candidatesTokenCount()).hasValue(7);
    assertThat(events.stream().map(GeminiClientTest::finish).filter(f -> !f.isEmpty()))
        .containsExactly("STOP");
  }

  private static FunctionDeclaration tool(String name) {
    return FunctionDeclaration.builder()
        .name(name)
        .description("tells " + name)
        .parameters(
            Schema.builder()
                .type(Type.Known.OBJECT)
                .properties(Map.of("city", Schema.builder().type(Type.Known.STRING).build()))
                .build())
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gemini", "gpt", "claude"})
  void twoFunctionsAreCalledAtOnceAndTheirResultsGoBack(String model) {
    for (boolean streamed : List.of(false, true)) {
      GenerateContentConfig config =
          GenerateContentConfig.builder()
              .maxOutputTokens(100)
              .tools(Tool.builder().functionDeclarations(tool("weather"), tool("clock")).build())
              .build();
      site.plays(
          Vendor.calling(
              new Vendor.Call("call_1", "weather", "{\"city\":\"Bern\"}"),
              new Vendor.Call("call_2", "clock", "{\"city\":\"Rome\"}")));
      Chat chat = client.chats.create(model, config);
      List<FunctionCall> calls = new ArrayList<>();
      if (streamed) {
        try (ResponseStream<GenerateContentResponse> events = chat.sendMessageStream("hi")) {
          events.forEach(event -> calls.addAll(calls(event)));
        }
      } else {
        calls.addAll(calls(chat.sendMessage("hi")));
      }
      assertThat(calls.stream().map(call -> call.name().orElse("") + call.args().orElseThrow()))
          .containsExactly("weather{city=Bern}", "clock{city=Rome}");
      site.plays(Vendor.saying("Sunny at noon."));
      List<Part> results = new ArrayList<>();
      for (FunctionCall call : calls) {
        results.add(
            Part.fromFunctionResponse(
                call.name().orElseThrow(), Map.of("output", "result of " + call.name().get())));
      }
      GenerateContentResponse end =
          chat.sendMessage(
              Content.builder().role("user").parts(results.toArray(Part[]::new)).build());
      assertThat(end.text()).isEqualTo("Sunny at noon.");
      assertThat(site.received().body()).contains("result of weather", "result of clock", "Bern");
    }
  }

  private static List<FunctionCall> calls(GenerateContentResponse answer) {
    return parts(answer).stream().flatMap(part -> part.functionCall().stream()).toList();
  }

  @Test
  void theHistoryOfAChatKeepsTheSignatureOfAThought() {
    site.plays(Vendor.calling(new Vendor.Call("call_1", "weather", "{\"city\":\"Bern\"}")));
    Chat chat = client.chats.create("gemini");
    GenerateContentResponse called = chat.sendMessage("hi");
    assertThat(parts(called).getFirst().thoughtSignature().orElseThrow())
        .isEqualTo("sig".getBytes(StandardCharsets.UTF_8));
    site.plays(Vendor.saying("ok"));
    chat.sendMessage("go on");
    assertThat(site.received().body()).contains("\"thoughtSignature\":\"c2ln\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gemini", "gpt", "claude"})
  void anAnswerInTheShapeOfASchemaIsAskedForAndRead(String model) {
    site.plays(Vendor.saying("{\"city\":\"Bern\",", "\"degrees\":21}"));
    GenerateContentConfig config =
        GenerateContentConfig.builder()
            .maxOutputTokens(100)
            .responseMimeType("application/json")
            .responseSchema(
                Schema.builder()
                    .type(Type.Known.OBJECT)
                    .properties(
                        Map.of("degrees", Schema.builder().type(Type.Known.INTEGER).build()))
                    .build())
            .build();
    assertThat(client.models.generateContent(model, "hi", config).text())
        .isEqualTo("{\"city\":\"Bern\",\"degrees\":21}");
    assertThat(site.received().body()).contains("degrees");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gemini", "gpt", "claude"})
  void aStreamThatARuleCutsEndsForSafety(String model) throws Exception {
    site.plays(Vendor.saying("My card is ", "4111 1111", " 1111 1111", " thanks"));
    site.mark();
    List<GenerateContentResponse> events = stream(model, SHORT);
    assertThat(finish(events.getLast())).isEqualTo("SAFETY");
    assertThat(text(events)).startsWith("My card is").doesNotContain("4111");
    assertThat(Records.text(site.settled(), "decision")).isEqualTo("deny");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gemini", "gpt", "claude"})
  void anAddressIsMaskedWholeAndStreamed(String model) {
    site.plays(Vendor.saying("Write to ada.love", "lace@exam", "ple.org now"));
    assertThat(ask(model).text()).isEqualTo("Write to [EMAIL] now");
    assertThat(text(stream(model, SHORT))).isEqualTo("Write to [EMAIL] now");
  }

  @Test
  void aPromptThatTheProviderBlocksIsSeenAsBlocked() {
    site.plays(
        (request, peer) ->
            peer.respond(
                200,
                "",
                "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"},"
                    + "\"usageMetadata\":{\"promptTokenCount\":5,\"totalTokenCount\":5}}"));
    assertThat(ask("gemini").promptFeedback().orElseThrow().blockReason().orElseThrow().toString())
        .isEqualTo("SAFETY");
  }

  @Test
  void anErrorInsideAStreamIsThrownWithItsCode() {
    site.plays(
        (request, peer) -> {
          Vendor.begin(new Vendor.Turn(List.of("one"), List.of()), request, peer);
          peer.chunk(
                  "data: {\"error\":{\"code\":503,\"message\":\"busy\","
                      + "\"status\":\"UNAVAILABLE\"}}\r\n\r\n")
              .end();
        });
    ApiException error = catchThrowableOfType(ApiException.class, () -> stream("gemini", SHORT));
    assertThat(error.code()).isEqualTo(503);
    assertThat(error.status()).isEqualTo("UNAVAILABLE");
    site.plays(
        (request, peer) ->
            peer.head(200, "")
                .text("one")
                .chunk(
                    "data: {\"error\":{\"message\":\"broke\",\"type\":\"server_error\","
                        + "\"param\":null,\"code\":\"boom\"}}\n\n")
                .end());
    assertThat(catchThrowableOfType(ApiException.class, () -> stream("gpt", SHORT))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gemini", "gpt", "claude"})
  void leavingAStreamLetsTheProviderGoAndIsRecorded(String model) throws Exception {
    Site.Stalling stalling = new Site.Stalling(new Vendor.Turn(List.of("one", "two"), List.of()));
    site.plays(stalling.script());
    site.mark();
    try (ResponseStream<GenerateContentResponse> events =
        client.models.generateContentStream(model, "hi", SHORT)) {
      assertThat(events.iterator().hasNext()).isTrue();
    }
    stalling.isLeftWithinASecond();
    assertThat(Records.text(site.settled(), "outcome")).isEqualTo("client_gone");
  }

  @Test
  void aRetryThatTheProgramAsksForIsCounted() {
    Client patient =
        client(
            Site.KEY,
            HttpOptions.builder()
                .retryOptions(
                    HttpRetryOptions.builder()
                        .attempts(3)
                        .initialDelay(0.01)
                        .maxDelay(0.02)
                        .httpStatusCodes(429, 503)));
    int before = site.calls();
    site.plays(Vendor.failingOnce(503, "", Vendor.saying("ok")));
    assertThat(patient.models.generateContent("gemini", "hi", SHORT).text()).isEqualTo("ok");
    assertThat(site.calls() - before).isEqualTo(2);
    patient.close();
  }

  @Test
  void aTimeoutOfTheClientFreesTheProvider() throws Exception {
    Site.Stalling stalling = new Site.Stalling(new Vendor.Turn(List.of(), List.of()));
    site.plays(stalling.script());
    Client hasty = client(Site.KEY, HttpOptions.builder().timeout(300).retryOptions(ONCE));
    assertThat(
            catchThrowableOfType(
                GenAiIOException.class, () -> hasty.models.generateContent("gemini", "hi", SHORT)))
        .isNotNull();
    stalling.isLeftWithinASecond();
    hasty.close();
  }

  private static void says(ApiException error, int code, String status) {
    assertThat(error).as(status).isNotNull();
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.status()).isEqualTo(status);
  }

  @Test
  void eachStatusIsTheClassThatProgramsCatch() {
    site.plays(Vendor.saying("ok"));
    Client stranger = client(Site.STRANGER, HttpOptions.builder());
    says(
        catchThrowableOfType(
            ClientException.class, () -> stranger.models.generateContent("gemini", "hi", SHORT)),
        401,
        "UNAUTHENTICATED");
    stranger.close();
    says(
        catchThrowableOfType(ClientException.class, () -> ask("walled")), 403, "PERMISSION_DENIED");
    says(catchThrowableOfType(ClientException.class, () -> ask("nothing")), 404, "NOT_FOUND");
    assertThat(ask("limited").text()).isEqualTo("ok");
    says(
        catchThrowableOfType(ClientException.class, () -> ask("limited")),
        429,
        "RESOURCE_EXHAUSTED");
    GenerateContentConfig bad =
        GenerateContentConfig.builder()
            .httpOptions(
                HttpOptions.builder()
                    .extraBody(Map.of("generationConfig", Map.of("maxOutputTokens", "many")))
                    .build())
            .build();
    says(
        catchThrowableOfType(
            ClientException.class, () -> client.models.generateContent("gemini", "hi", bad)),
        400,
        "INVALID_ARGUMENT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gemini", "gpt", "claude"})
  void whatTheProviderRefusesHasTheSameCode(String model) {
    for (int status : List.of(400, 429, 500, 503)) {
      site.plays(Vendor.failing(status, ""));
      ApiException error = catchThrowableOfType(ApiException.class, () -> ask(model));
      assertThat(error.code()).as(model).isEqualTo(status);
      assertThat(error).isInstanceOf(status < 500 ? ClientException.class : ServerException.class);
    }
  }

  @Test
  void bothVersionsOfTheProtocolAreServed() {
    site.plays(Vendor.saying("ok"));
    for (String version : List.of("v1", "v1beta")) {
      Client versioned = client(Site.KEY, HttpOptions.builder().apiVersion(version));
      assertThat(versioned.models.generateContent("gemini", "hi", SHORT).text()).isEqualTo("ok");
      versioned.close();
    }
  }

  @Test
  void tokensAreCountedAndTextsEmbeddedByTheProvider() {
    site.plays((request, peer) -> peer.respond(200, "", "{\"totalTokens\":42}"));
    assertThat(client.models.countTokens("gemini", "hi", null).totalTokens()).hasValue(42);
    site.plays(
        (request, peer) ->
            peer.respond(
                200,
                "",
                request.head().contains(":batchEmbedContents")
                    ? "{\"embeddings\":[{\"values\":[0.25,0.5]}]}"
                    : "{\"embedding\":{\"values\":[0.25,0.5]}}"));
    assertThat(
            client
                .models
                .embedContent("gemini", "hi", null)
                .embeddings()
                .orElseThrow()
                .getFirst()
                .values()
                .orElseThrow())
        .containsExactly(0.25f, 0.5f);
  }

  @Test
  void theListOfModelsIsWhatTheKeyMayUse() {
    List<String> names = new ArrayList<>();
    client
        .models
        .list(ListModelsConfig.builder().build())
        .forEach(model -> names.add(model.name().orElse("")));
    assertThat(names)
        .contains("models/gpt", "models/claude", "models/gemini")
        .doesNotContain("models/foreign");
    assertThat(client.models.get("gemini", null).name()).hasValue("models/gemini");
  }
}
