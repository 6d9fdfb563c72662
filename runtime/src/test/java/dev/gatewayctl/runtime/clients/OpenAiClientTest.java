package dev.gatewayctl.runtime.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.ObjectMappers;
import com.openai.core.Sleeper;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIIoException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.RateLimitException;
import com.openai.errors.SseException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.models.Model;
import dev.gatewayctl.runtime.gateway.Records;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// OpenAI's own client on the chat protocol, against providers of its protocol and of others.
class OpenAiClientTest {
  @TempDir static Path folder = Path.of("unset");
  private static Site site;
  private static OpenAIClient client;

  /// How long the client would have waited before each of its tries.
  private static final List<Duration> WAITS = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void open() {
    site = Site.open(folder);
    client =
        OpenAIOkHttpClient.builder()
            .baseUrl(site.address() + "/v1")
            .apiKey(Site.KEY)
            .timeout(Duration.ofSeconds(30))
            .sleeper(new Impatient())
            .build();
  }

  @AfterAll
  static void close() {
    client.close();
    site.close();
  }

  /// Notes the waits and skips them.
  private static final class Impatient implements Sleeper {
    @Override
    public void sleep(Duration duration) {
      WAITS.add(duration);
    }

    @Override
    public CompletableFuture<Void> sleepAsync(Duration duration) {
      WAITS.add(duration);
      return CompletableFuture.allOf();
    }

    @Override
    public void close() {}
  }

  private static ChatCompletionCreateParams.Builder ask(String model) {
    return ChatCompletionCreateParams.builder()
        .model(model)
        .maxCompletionTokens(100)
        .addUserMessage("hi");
  }

  private static ChatCompletion create(String model) {
    return client.chat().completions().create(ask(model).build());
  }

  private static List<ChatCompletionChunk> stream(ChatCompletionCreateParams params) {
    try (StreamResponse<ChatCompletionChunk> chunks =
        client.chat().completions().createStreaming(params)) {
      return chunks.stream().toList();
    }
  }

  private static ChatCompletion accumulated(List<ChatCompletionChunk> chunks) {
    ChatCompletionAccumulator all = ChatCompletionAccumulator.create();
    chunks.forEach(all::accumulate);
    return all.chatCompletion();
  }

  private static String text(ChatCompletion answer) {
    return answer.choices().getFirst().message().content().orElse("");
  }

  private static String finish(ChatCompletion answer) {
    return answer.choices().getFirst().finishReason().asString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt", "claude", "gemini"})
  void aQuestionIsAnswered(String model) {
    site.plays(Vendor.saying("Hel", "lo"));
    ChatCompletion answer = create(model);
    answer.validate();
    assertThat(text(answer)).isEqualTo("Hello");
    assertThat(finish(answer)).isEqualTo("stop");
    assertThat(answer.usage().orElseThrow().promptTokens()).isEqualTo(5);
    assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(7);
    assertThat(answer.usage().orElseThrow().totalTokens()).isEqualTo(12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt", "claude", "gemini"})
  void piecesOfAStreamComeInOrderAndUsageLast(String model) {
    site.plays(Vendor.saying("one ", "two ", "three"));
    List<ChatCompletionChunk> chunks =
        stream(
            ask(model)
                .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build());
    assertThat(
            chunks.stream()
                .flatMap(chunk -> chunk.choices().stream())
                .flatMap(choice -> choice.delta().content().stream())
                .filter(piece -> !piece.isEmpty()))
        .containsExactly("one ", "two ", "three");
    assertThat(chunks.stream().filter(chunk -> chunk.usage().isPresent())).hasSize(1);
    ChatCompletionChunk last = chunks.getLast();
    assertThat(last.usage().orElseThrow().completionTokens()).isEqualTo(7);
    assertThat(last.choices()).isEmpty();
    assertThat(accumulated(chunks).usage().orElseThrow().promptTokens()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt", "claude", "gemini"})
  void theAccumulatorMakesTheWholeAnswerOfAStream(String model) {
    site.plays(Vendor.saying("Hel", "lo"));
    ChatCompletion answer = accumulated(stream(ask(model).build()));
    assertThat(text(answer)).isEqualTo("Hello");
    assertThat(finish(answer)).isEqualTo("stop");
  }

  private static ChatCompletionFunctionTool tool(String name) {
    return ChatCompletionFunctionTool.builder()
        .function(
            FunctionDefinition.builder()
                .name(name)
                .description("tells " + name)
                .parameters(
                    FunctionParameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty(
                            "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                        .build())
                .build())
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt", "claude", "gemini"})
  void twoToolsAreCalledAtOnceAndTheirResultsGoBack(String model) {
    for (boolean streamed : List.of(false, true)) {
      site.plays(
          Vendor.calling(
              new Vendor.Call("call_1", "weather", "{\"city\":\"Bern\"}"),
              new Vendor.Call("call_2", "clock", "{\"city\":\"Rome\"}")));
      ChatCompletionCreateParams params =
          ask(model).addTool(tool("weather")).addTool(tool("clock")).build();
      ChatCompletion answer =
          streamed ? accumulated(stream(params)) : client.chat().completions().create(params);
      assertThat(finish(answer)).isEqualTo("tool_calls");
      ChatCompletionMessage said = answer.choices().getFirst().message();
      ChatCompletionCreateParams.Builder next = params.toBuilder().addMessage(said);
      List<String> called = new ArrayList<>();
      for (ChatCompletionMessageToolCall call : said.toolCalls().orElseThrow()) {
        called.add(call.asFunction().function().name() + call.asFunction().function().arguments());
        next.addMessage(
            ChatCompletionToolMessageParam.builder()
                .toolCallId(call.asFunction().id())
                .content("result of " + call.asFunction().function().name())
                .build());
      }
      assertThat(called).containsExactly("weather{\"city\":\"Bern\"}", "clock{\"city\":\"Rome\"}");
      site.plays(Vendor.saying("Sunny at noon."));
      ChatCompletion end = client.chat().completions().create(next.build());
      assertThat(text(end)).isEqualTo("Sunny at noon.");
      assertThat(site.received().body()).contains("result of weather", "result of clock", "Bern");
    }
  }

  /// What the structured answer must be read as.
  static final class Weather {
    public String city = "";
    public int degrees;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt", "claude", "gemini"})
  void aStructuredAnswerIsReadIntoItsClass(String model) {
    site.plays(Vendor.saying("{\"city\":\"Bern\",", "\"degrees\":21}"));
    Weather weather =
        client
            .chat()
            .completions()
            .create(ask(model).responseFormat(Weather.class).build())
            .choices()
            .getFirst()
            .message()
            .content()
            .orElseThrow();
    assertThat(weather.city).isEqualTo("Bern");
    assertThat(weather.degrees).isEqualTo(21);
    assertThat(site.received().body()).contains("degrees");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt", "claude", "gemini"})
  void aStreamThatARuleCutsEndsAsFiltered(String model) throws Exception {
    site.plays(Vendor.saying("My card is ", "4111 1111", " 1111 1111", " thanks"));
    site.mark();
    ChatCompletion answer = accumulated(stream(ask(model).build()));
    assertThat(finish(answer)).isEqualTo("content_filter");
    assertThat(text(answer)).startsWith("My card is").doesNotContain("4111");
    assertThat(Records.text(site.settled(), "decision")).isEqualTo("deny");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt", "claude", "gemini"})
  void aWholeAnswerThatARuleRefusesIsPermissionDenied(String model) {
    site.plays(Vendor.saying("My card is " + Site.CARD));
    PermissionDeniedException refused =
        catchThrowableOfType(PermissionDeniedException.class, () -> create(model));
    assertThat(refused.code()).hasValue("policy_denied");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt", "claude", "gemini"})
  void anAddressIsMaskedWholeAndStreamed(String model) {
    site.plays(Vendor.saying("Write to ada.love", "lace@exam", "ple.org now"));
    assertThat(text(create(model))).isEqualTo("Write to [EMAIL] now");
    assertThat(text(accumulated(stream(ask(model).build())))).isEqualTo("Write to [EMAIL] now");
  }

  @Test
  void anErrorInsideAStreamIsThrownWithItsCode() {
    site.plays(
        (request, peer) ->
            peer.head(200, "")
                .text("one")
                .chunk(
                    "data: {\"error\":{\"message\":\"broke\",\"type\":\"server_error\","
                        + "\"param\":null,\"code\":\"boom\"}}\n\n")
                .end());
    SseException error = catchThrowableOfType(SseException.class, () -> stream(ask("gpt").build()));
    assertThat(error.code()).hasValue("boom");
    assertThat(error.type()).hasValue("server_error");
    site.plays(
        (request, peer) -> {
          Vendor.begin(new Vendor.Turn(List.of("one"), List.of()), request, peer);
          peer.chunk(
              Vendor.event(
                  "error", "\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}"));
          peer.end();
        });
    SseException translated =
        catchThrowableOfType(SseException.class, () -> stream(ask("claude").build()));
    assertThat(translated.type()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt", "claude", "gemini"})
  void leavingAStreamLetsTheProviderGoAndIsRecorded(String model) throws Exception {
    Site.Stalling stalling = new Site.Stalling(new Vendor.Turn(List.of("one", "two"), List.of()));
    site.plays(stalling.script());
    site.mark();
    try (StreamResponse<ChatCompletionChunk> chunks =
        client.chat().completions().createStreaming(ask(model).build())) {
      assertThat(chunks.stream().findFirst()).isPresent();
    }
    stalling.isLeftWithinASecond();
    assertThat(Records.text(site.settled(), "outcome")).isEqualTo("client_gone");
  }

  @Test
  void aRetryWaitsAsLongAsTheProviderSays() {
    for (String field : List.of("retry-after-ms: 1500\r\n", "retry-after: 3\r\n")) {
      WAITS.clear();
      int before = site.calls();
      site.plays(Vendor.failingOnce(429, field, Vendor.saying("ok")));
      assertThat(text(create("gpt"))).isEqualTo("ok");
      assertThat(site.calls() - before).isEqualTo(2);
      assertThat(WAITS)
          .as(field)
          .containsExactly(Duration.ofMillis(field.startsWith("retry-after-ms") ? 1500 : 3000));
    }
  }

  @Test
  void aLimitOfOursIsNotTriedAgain() {
    WAITS.clear();
    site.plays(Vendor.saying("ok"));
    assertThat(text(create("limited"))).isEqualTo("ok");
    int before = site.calls();
    RateLimitException full =
        catchThrowableOfType(RateLimitException.class, () -> create("limited"));
    assertThat(full.headers().values("x-should-retry")).containsExactly("false");
    assertThat(full.headers().values("retry-after")).hasSize(1);
    assertThat(full.headers().values("retry-after-ms")).hasSize(1);
    assertThat(WAITS).isEmpty();
    assertThat(site.calls()).isEqualTo(before);
  }

  @Test
  void aTimeoutOfTheClientIsItsOwnErrorAndFreesTheProvider() throws Exception {
    Site.Stalling stalling = new Site.Stalling(new Vendor.Turn(List.of(), List.of()));
    site.plays(stalling.script());
    OpenAIClient hasty =
        client.withOptions(options -> options.timeout(Duration.ofMillis(300)).maxRetries(0));
    assertThat(
            catchThrowableOfType(
                OpenAIIoException.class,
                () -> hasty.chat().completions().create(ask("gpt").build())))
        .isNotNull();
    stalling.isLeftWithinASecond();
  }

  private static void carriesARequestId(OpenAIServiceException error) {
    assertThat(error.headers().values("x-request-id")).as(error.toString()).hasSize(1);
  }

  @Test
  void eachStatusIsTheClassThatProgramsCatch() {
    site.plays(Vendor.saying("ok"));
    OpenAIClient stranger = client.withOptions(options -> options.apiKey(Site.STRANGER));
    UnauthorizedException unknown =
        catchThrowableOfType(
            UnauthorizedException.class,
            () -> stranger.chat().completions().create(ask("gpt").build()));
    assertThat(unknown.code()).hasValue("invalid_api_key");
    carriesARequestId(unknown);
    PermissionDeniedException walled =
        catchThrowableOfType(PermissionDeniedException.class, () -> create("walled"));
    assertThat(walled.code()).hasValue("policy_denied");
    carriesARequestId(walled);
    NotFoundException missing =
        catchThrowableOfType(NotFoundException.class, () -> create("nothing"));
    assertThat(missing.code()).hasValue("model_not_found");
    carriesARequestId(missing);
    BadRequestException bad =
        catchThrowableOfType(
            BadRequestException.class,
            () ->
                client
                    .chat()
                    .completions()
                    .create(
                        ask("gpt")
                            .putAdditionalBodyProperty("max_tokens", JsonValue.from("many"))
                            .build()));
    assertThat(bad.type()).hasValue("invalid_request_error");
    carriesARequestId(bad);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt", "claude", "gemini"})
  void whatTheProviderRefusesIsTheSameClassWithItsRequestId(String model) {
    Map<Integer, Class<? extends OpenAIServiceException>> classes =
        Map.of(
            400, BadRequestException.class,
            429, RateLimitException.class,
            500, InternalServerException.class,
            503, InternalServerException.class);
    OpenAIClient once = client.withOptions(options -> options.maxRetries(0));
    classes.forEach(
        (status, expected) -> {
          site.plays(Vendor.failing(status, ""));
          OpenAIServiceException error =
              catchThrowableOfType(
                  expected, () -> once.chat().completions().create(ask(model).build()));
          assertThat(error).as(model + status).isNotNull();
          assertThat(error.type()).as(model + status).isPresent();
          carriesARequestId(error);
        });
  }

  @Test
  void theListOfModelsIsWhatTheKeyMayUse() {
    assertThat(client.models().list().autoPager().stream().map(Model::id))
        .contains("gpt", "claude", "gemini")
        .doesNotContain("foreign");
    assertThat(client.models().retrieve("gpt").id()).isEqualTo("gpt");
    assertThat(
            catchThrowableOfType(
                NotFoundException.class, () -> client.models().retrieve("foreign")))
        .isNotNull();
  }

  @Test
  void membersThatNobodyKnowsYetSurviveBothWays() {
    site.plays(Vendor.saying("ok"));
    ChatCompletion answer =
        client
            .chat()
            .completions()
            .create(
                ask("gpt")
                    .putAdditionalBodyProperty("brand_new", JsonValue.from(Map.of("a", 1)))
                    .build());
    assertThat(ObjectMappers.jsonMapper().valueToTree(answer).at("/brand_new/deep/1").asInt())
        .isEqualTo(2);
    assertThat(site.received().body()).contains("\"brand_new\":{\"a\":1}");
  }

  @Test
  void limitsOfTheProviderAreSeenOnTheResponse() {
    site.plays(
        (request, peer) ->
            peer.respond(
                200,
                "x-ratelimit-remaining-requests: 7\r\nx-request-id: req_7\r\n",
                dev.gatewayctl.runtime.gateway.Chat.answer("ok")));
    try (HttpResponseFor<ChatCompletion> raw =
        client.chat().completions().withRawResponse().create(ask("gpt").build())) {
      assertThat(raw.headers().values("x-ratelimit-remaining-requests")).containsExactly("7");
      assertThat(raw.requestId()).hasValue("req_7");
    }
  }
}
