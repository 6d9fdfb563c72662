package dev.gatewayctl.runtime.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.ObjectMappers;
import com.anthropic.core.Sleeper;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicIoException;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.InternalServerException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.OverloadedException;
import com.anthropic.errors.PermissionDeniedException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.SseException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.models.ModelInfo;
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

/// Anthropic's own client, against providers of its protocol and of others.
class AnthropicClientTest {
  @TempDir static Path folder = Path.of("unset");
  private static Site site;
  private static AnthropicClient client;

  /// How long the client would have waited before each of its tries.
  private static final List<Duration> WAITS = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void open() {
    site = Site.open(folder);
    client = builder().apiKey(Site.KEY).build();
  }

  @AfterAll
  static void close() {
    client.close();
    site.close();
  }

  private static AnthropicOkHttpClient.Builder builder() {
    return AnthropicOkHttpClient.builder()
        .baseUrl(site.address())
        .timeout(Duration.ofSeconds(30))
        .sleeper(new Impatient());
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

  private static MessageCreateParams.Builder ask(String model) {
    return MessageCreateParams.builder().model(model).maxTokens(100).addUserMessage("hi");
  }

  private static Message create(String model) {
    return client.messages().create(ask(model).build());
  }

  private static List<RawMessageStreamEvent> stream(MessageCreateParams params) {
    try (StreamResponse<RawMessageStreamEvent> events = client.messages().createStreaming(params)) {
      return events.stream().toList();
    }
  }

  private static Message accumulated(List<RawMessageStreamEvent> events) {
    MessageAccumulator all = MessageAccumulator.create();
    events.forEach(all::accumulate);
    return all.message();
  }

  private static String text(Message answer) {
    StringBuilder text = new StringBuilder();
    answer.content().stream().flatMap(b -> b.text().stream()).forEach(b -> text.append(b.text()));
    return text.toString();
  }

  private static String stop(Message answer) {
    return answer.stopReason().orElseThrow().asString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude", "gpt", "gemini"})
  void aQuestionIsAnswered(String model) {
    site.plays(Vendor.saying("Hel", "lo"));
    Message answer = create(model);
    answer.validate();
    assertThat(text(answer)).isEqualTo("Hello");
    assertThat(stop(answer)).isEqualTo("end_turn");
    long cached = answer.usage().cacheReadInputTokens().orElse(0L);
    assertThat(answer.usage().inputTokens() + cached).isEqualTo(5);
    assertThat(cached).isEqualTo(model.equals("claude") ? 2 : 0);
    assertThat(answer.usage().outputTokens()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude", "gpt", "gemini"})
  void eventsComeInTheOrderOfTheProtocolWithUsageBeforeTheEnd(String model) {
    site.plays(Vendor.saying("one ", "two ", "three"));
    List<RawMessageStreamEvent> events = stream(ask(model).build());
    events.forEach(RawMessageStreamEvent::validate);
    assertThat(events.getFirst().isMessageStart()).isTrue();
    assertThat(
            events.stream()
                .flatMap(event -> event.contentBlockDelta().stream())
                .flatMap(event -> event.delta().text().stream())
                .map(delta -> delta.text())
                .filter(piece -> !piece.isEmpty()))
        .containsExactly("one ", "two ", "three");
    RawMessageStreamEvent end = events.get(events.size() - 2);
    assertThat(end.asMessageDelta().usage().outputTokens()).isEqualTo(7);
    assertThat(events.getLast().isMessageStop()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude", "gpt", "gemini"})
  void theAccumulatorMakesTheWholeMessageOfAStream(String model) {
    site.plays(Vendor.saying("Hel", "lo"));
    Message answer = accumulated(stream(ask(model).build()));
    answer.validate();
    assertThat(text(answer)).isEqualTo("Hello");
    assertThat(stop(answer)).isEqualTo("end_turn");
    assertThat(answer.usage().outputTokens()).isEqualTo(7);
  }

  private static Tool tool(String name) {
    return Tool.builder()
        .name(name)
        .description("tells " + name)
        .inputSchema(
            Tool.InputSchema.builder()
                .properties(
                    Tool.InputSchema.Properties.builder()
                        .putAdditionalProperty("city", JsonValue.from(Map.of("type", "string")))
                        .build())
                .build())
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude", "gpt", "gemini"})
  void twoToolsAreCalledAtOnceAndTheirResultsGoBack(String model) {
    for (boolean streamed : List.of(false, true)) {
      site.plays(
          Vendor.calling(
              new Vendor.Call("call_1", "weather", "{\"city\":\"Bern\"}"),
              new Vendor.Call("call_2", "clock", "{\"city\":\"Rome\"}")));
      MessageCreateParams params =
          ask(model).addTool(tool("weather")).addTool(tool("clock")).build();
      Message answer = streamed ? accumulated(stream(params)) : client.messages().create(params);
      assertThat(stop(answer)).isEqualTo("tool_use");
      List<String> called = new ArrayList<>();
      List<ContentBlockParam> results = new ArrayList<>();
      for (ContentBlock block : answer.content()) {
        called.add(
            block.asToolUse().name()
                + ObjectMappers.jsonMapper().valueToTree(block.asToolUse()._input()));
        results.add(
            ContentBlockParam.ofToolResult(
                ToolResultBlockParam.builder()
                    .toolUseId(block.asToolUse().id())
                    .content("result of " + block.asToolUse().name())
                    .build()));
      }
      assertThat(called).containsExactly("weather{\"city\":\"Bern\"}", "clock{\"city\":\"Rome\"}");
      site.plays(Vendor.saying("Sunny at noon."));
      Message end =
          client
              .messages()
              .create(
                  params.toBuilder()
                      .addMessage(answer)
                      .addUserMessageOfContentBlockParams(results)
                      .build());
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
  @ValueSource(strings = {"claude", "gpt", "gemini"})
  void aStructuredAnswerIsReadIntoItsClass(String model) {
    site.plays(Vendor.saying("{\"city\":\"Bern\",", "\"degrees\":21}"));
    Weather weather =
        client
            .messages()
            .create(ask(model).outputConfig(Weather.class).build())
            .content()
            .getFirst()
            .text()
            .orElseThrow()
            .text();
    assertThat(weather.city).isEqualTo("Bern");
    assertThat(weather.degrees).isEqualTo(21);
    assertThat(site.received().body()).contains("degrees");
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude", "gpt", "gemini"})
  void aStreamThatARuleCutsEndsAsRefused(String model) throws Exception {
    site.plays(Vendor.saying("My card is ", "4111 1111", " 1111 1111", " thanks"));
    site.mark();
    Message answer = accumulated(stream(ask(model).build()));
    assertThat(stop(answer)).isEqualTo("refusal");
    assertThat(text(answer)).startsWith("My card is").doesNotContain("4111");
    assertThat(Records.text(site.settled(), "decision")).isEqualTo("deny");
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude", "gpt", "gemini"})
  void anAddressIsMaskedWholeAndStreamed(String model) {
    site.plays(Vendor.saying("Write to ada.love", "lace@exam", "ple.org now"));
    assertThat(text(create(model))).isEqualTo("Write to [EMAIL] now");
    assertThat(text(accumulated(stream(ask(model).build())))).isEqualTo("Write to [EMAIL] now");
  }

  @Test
  void anErrorInsideAStreamIsThrownWithItsType() {
    site.plays(
        (request, peer) -> {
          Vendor.begin(new Vendor.Turn(List.of("one"), List.of()), request, peer);
          peer.chunk(
                  Vendor.event(
                      "error", "\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}"))
              .end();
        });
    SseException error =
        catchThrowableOfType(SseException.class, () -> stream(ask("claude").build()));
    assertThat(error.type().orElseThrow().asString()).isEqualTo("overloaded_error");
    site.plays(
        (request, peer) ->
            peer.head(200, "")
                .text("one")
                .chunk(
                    "data: {\"error\":{\"message\":\"broke\",\"type\":\"server_error\","
                        + "\"param\":null,\"code\":\"boom\"}}\n\n")
                .end());
    SseException translated =
        catchThrowableOfType(SseException.class, () -> stream(ask("gpt").build()));
    assertThat(translated.type().orElseThrow().asString()).isEqualTo("api_error");
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude", "gpt", "gemini"})
  void leavingAStreamLetsTheProviderGoAndIsRecorded(String model) throws Exception {
    Site.Stalling stalling = new Site.Stalling(new Vendor.Turn(List.of("one", "two"), List.of()));
    site.plays(stalling.script());
    site.mark();
    try (StreamResponse<RawMessageStreamEvent> events =
        client.messages().createStreaming(ask(model).build())) {
      assertThat(events.stream().findFirst()).isPresent();
    }
    stalling.isLeftWithinASecond();
    assertThat(Records.text(site.settled(), "outcome")).isEqualTo("client_gone");
  }

  @Test
  void aRetryWaitsAsLongAsTheProviderSays() {
    for (String field : List.of("retry-after-ms: 1500\r\n", "retry-after: 3\r\n")) {
      WAITS.clear();
      int before = site.calls();
      site.plays(Vendor.failingOnce(529, field, Vendor.saying("ok")));
      assertThat(text(create("claude"))).isEqualTo("ok");
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
    assertThat(full.type().orElseThrow().asString()).isEqualTo("rate_limit_error");
    assertThat(WAITS).isEmpty();
    assertThat(site.calls()).isEqualTo(before);
  }

  @Test
  void aTimeoutOfTheClientIsItsOwnErrorAndFreesTheProvider() throws Exception {
    Site.Stalling stalling = new Site.Stalling(new Vendor.Turn(List.of(), List.of()));
    site.plays(stalling.script());
    AnthropicClient hasty =
        client.withOptions(options -> options.timeout(Duration.ofMillis(300)).maxRetries(0));
    assertThat(
            catchThrowableOfType(
                AnthropicIoException.class, () -> hasty.messages().create(ask("claude").build())))
        .isNotNull();
    stalling.isLeftWithinASecond();
  }

  private static void says(AnthropicServiceException error, String type) {
    assertThat(error).as(type).isNotNull();
    assertThat(error.type().orElseThrow().asString()).isEqualTo(type);
    assertThat(error.requestId()).as(error.toString()).isPresent();
  }

  @Test
  void eachStatusIsTheClassThatProgramsCatch() {
    site.plays(Vendor.saying("ok"));
    AnthropicClient stranger = builder().apiKey(Site.STRANGER).build();
    says(
        catchThrowableOfType(
            UnauthorizedException.class, () -> stranger.messages().create(ask("claude").build())),
        "authentication_error");
    stranger.close();
    says(
        catchThrowableOfType(PermissionDeniedException.class, () -> create("walled")),
        "permission_error");
    says(catchThrowableOfType(NotFoundException.class, () -> create("nothing")), "not_found_error");
    says(
        catchThrowableOfType(
            BadRequestException.class,
            () ->
                client
                    .messages()
                    .create(
                        ask("claude")
                            .putAdditionalBodyProperty("max_tokens", JsonValue.from("many"))
                            .build())),
        "invalid_request_error");
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude", "gpt", "gemini"})
  void whatTheProviderRefusesIsTheSameClassWithItsRequestId(String model) {
    Map<Integer, Class<? extends AnthropicServiceException>> classes =
        Map.of(
            400, BadRequestException.class,
            429, RateLimitException.class,
            500, InternalServerException.class);
    AnthropicClient once = client.withOptions(options -> options.maxRetries(0));
    classes.forEach(
        (status, expected) -> {
          site.plays(Vendor.failing(status, ""));
          AnthropicServiceException error =
              catchThrowableOfType(expected, () -> once.messages().create(ask(model).build()));
          assertThat(error).as(model + status).isNotNull();
          assertThat(error.requestId()).as(model + status).isPresent();
        });
    site.plays(Vendor.failing(529, ""));
    assertThat(
            catchThrowableOfType(
                AnthropicServiceException.class, () -> once.messages().create(ask(model).build())))
        .isInstanceOf(
            model.equals("claude") ? OverloadedException.class : AnthropicServiceException.class);
  }

  @Test
  void bothPlacesOfTheKeyAndBothVersionsAreTaken() {
    site.plays(Vendor.saying("ok"));
    for (String version : List.of("2023-06-01", "2026-10-21")) {
      AnthropicClient byKey =
          builder().apiKey(Site.KEY).replaceHeaders("anthropic-version", version).build();
      AnthropicClient byToken =
          builder().authToken(Site.KEY).replaceHeaders("anthropic-version", version).build();
      for (AnthropicClient each : List.of(byKey, byToken)) {
        MessageCreateParams params =
            ask("claude").putAdditionalHeader("anthropic-beta", "something-2026-01-01").build();
        assertThat(text(each.messages().create(params))).isEqualTo("ok");
        assertThat(site.received().field("anthropic-version")).isEqualTo(version);
        assertThat(site.received().field("anthropic-beta")).isEqualTo("something-2026-01-01");
        each.close();
      }
    }
  }

  @Test
  void aThoughtGoesBackWithItsSignature() {
    String body =
        """
        {"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[
        {"type":"thinking","thinking":"Let me see.","signature":"c2lnbmF0dXJl+/="},
        {"type":"redacted_thinking","data":"ZGF0YQ=="},
        {"type":"text","text":"Yes."}],"stop_reason":"end_turn","stop_sequence":null,
        "usage":{"input_tokens":1,"output_tokens":2}}\
        """;
    site.plays((request, peer) -> peer.respond(200, "", body));
    Message answer = create("claude");
    assertThat(answer.content().getFirst().asThinking().signature()).isEqualTo("c2lnbmF0dXJl+/=");
    site.plays(Vendor.saying("ok"));
    client.messages().create(ask("claude").addMessage(answer).addUserMessage("really?").build());
    assertThat(site.received().body())
        .contains("\"signature\":\"c2lnbmF0dXJl+/=\"", "\"data\":\"ZGF0YQ==\"", "Let me see.");
  }

  @Test
  void tokensAreCountedByTheProvider() {
    site.plays((request, peer) -> peer.respond(200, "", "{\"input_tokens\":42}"));
    long counted =
        client
            .messages()
            .countTokens(
                MessageCountTokensParams.builder().model("claude").addUserMessage("hi").build())
            .inputTokens();
    assertThat(counted).isEqualTo(42);
    assertThat(site.received().head()).startsWith("POST /v1/messages/count_tokens ");
  }

  @Test
  void theListOfModelsIsWhatTheKeyMayUse() {
    assertThat(client.models().list().autoPager().stream().map(ModelInfo::id))
        .contains("gpt", "claude", "gemini")
        .doesNotContain("foreign");
    assertThat(client.models().retrieve("claude").id()).isEqualTo("claude");
    assertThat(
            catchThrowableOfType(
                NotFoundException.class, () -> client.models().retrieve("foreign")))
        .isNotNull();
  }

  @Test
  void membersThatNobodyKnowsYetSurviveBothWays() {
    site.plays(Vendor.saying("ok"));
    Message answer =
        client
            .messages()
            .create(
                ask("claude")
                    .putAdditionalBodyProperty("brand_new", JsonValue.from(Map.of("a", 1)))
                    .build());
    assertThat(ObjectMappers.jsonMapper().valueToTree(answer).at("/brand_new/deep/0").asInt())
        .isEqualTo(1);
    assertThat(site.received().body()).contains("\"brand_new\":{\"a\":1}");
  }
}
