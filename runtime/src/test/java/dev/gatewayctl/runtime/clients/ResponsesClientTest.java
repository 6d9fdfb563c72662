package dev.gatewayctl.runtime.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.PermissionDeniedException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import dev.gatewayctl.runtime.gateway.Records;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// OpenAI's own client on the responses protocol, which providers of other protocols answer, and on
/// embeddings.
class ResponsesClientTest {
  @TempDir static Path folder = Path.of("unset");
  private static Site site;
  private static OpenAIClient client;

  @BeforeAll
  static void open() {
    site = Site.open(folder);
    client =
        OpenAIOkHttpClient.builder()
            .baseUrl(site.address() + "/v1")
            .apiKey(Site.KEY)
            .maxRetries(0)
            .timeout(Duration.ofSeconds(30))
            .build();
  }

  @AfterAll
  static void close() {
    client.close();
    site.close();
  }

  private static ResponseCreateParams ask(String model) {
    return ResponseCreateParams.builder().model(model).maxOutputTokens(100).input("hi").build();
  }

  private static List<ResponseStreamEvent> stream(String model) {
    try (StreamResponse<ResponseStreamEvent> events =
        client.responses().createStreaming(ask(model))) {
      return events.stream().toList();
    }
  }

  private static Response accumulated(List<ResponseStreamEvent> events) {
    ResponseAccumulator all = ResponseAccumulator.create();
    for (ResponseStreamEvent event : events) {
      all.accumulate(event);
    }
    return all.response();
  }

  private static String text(Response answer) {
    StringBuilder text = new StringBuilder();
    answer.output().stream()
        .flatMap(item -> item.message().stream())
        .flatMap(message -> message.content().stream())
        .flatMap(content -> content.outputText().stream())
        .forEach(part -> text.append(part.text()));
    return text.toString();
  }

  private static String status(Response answer) {
    return answer.status().orElseThrow().asString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude", "gemini"})
  void aQuestionIsAnswered(String model) {
    site.plays(Vendor.saying("Hel", "lo"));
    Response answer = client.responses().create(ask(model));
    assertThat(text(answer)).isEqualTo("Hello");
    assertThat(status(answer)).isEqualTo("completed");
    assertThat(answer.usage().orElseThrow().inputTokens()).isEqualTo(5);
    assertThat(answer.usage().orElseThrow().outputTokens()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude", "gemini"})
  void aStreamIsInOrderAndEndsWithTheWholeResponse(String model) {
    site.plays(Vendor.saying("one ", "two ", "three"));
    List<ResponseStreamEvent> events = stream(model);
    assertThat(
            events.stream()
                .flatMap(event -> event.outputTextDelta().stream())
                .map(delta -> delta.delta())
                .filter(piece -> !piece.isEmpty()))
        .containsExactly("one ", "two ", "three");
    assertThat(events.getLast().isCompleted()).isTrue();
    assertThat(text(accumulated(events))).isEqualTo("one two three");
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude", "gemini"})
  void theIdOfAnItemIsTheSameInAllItsEvents(String model) {
    site.plays(Vendor.saying("one ", "two ", "three"));
    List<ResponseStreamEvent> events = stream(model);
    String item =
        accumulated(events).output().stream()
            .flatMap(output -> output.message().stream())
            .findFirst()
            .orElseThrow()
            .id();
    assertThat(
            events.stream()
                .flatMap(event -> event.outputTextDelta().stream())
                .map(delta -> delta.itemId())
                .distinct())
        .containsExactly(item);
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude", "gemini"})
  void twoFunctionsAreCalledAtOnce(String model) {
    site.plays(
        Vendor.calling(
            new Vendor.Call("call_1", "weather", "{\"city\":\"Bern\"}"),
            new Vendor.Call("call_2", "clock", "{\"city\":\"Rome\"}")));
    for (Response answer :
        List.of(client.responses().create(ask(model)), accumulated(stream(model)))) {
      assertThat(
              answer.output().stream()
                  .flatMap(item -> item.functionCall().stream())
                  .map(call -> call.name() + call.arguments()))
          .containsExactly("weather{\"city\":\"Bern\"}", "clock{\"city\":\"Rome\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude", "gemini"})
  void aStreamThatARuleCutsEndsAsFiltered(String model) throws Exception {
    site.plays(Vendor.saying("My card is ", "4111 1111", " 1111 1111", " thanks"));
    site.mark();
    List<ResponseStreamEvent> events = stream(model);
    Response answer = accumulated(events);
    assertThat(events.getLast().isIncomplete()).isTrue();
    assertThat(answer.incompleteDetails().orElseThrow().reason().orElseThrow().asString())
        .isEqualTo("content_filter");
    assertThat(text(answer)).doesNotContain("4111");
    assertThat(Records.text(site.settled(), "decision")).isEqualTo("deny");
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude", "gemini"})
  void anAddressIsMaskedInPiecesAndInTheWhole(String model) {
    site.plays(Vendor.saying("Write to ada.love", "lace@exam", "ple.org now"));
    assertThat(text(client.responses().create(ask(model)))).isEqualTo("Write to [EMAIL] now");
    List<ResponseStreamEvent> events = stream(model);
    assertThat(events.toString()).doesNotContain("lovelace", "lace@exam");
    assertThat(text(accumulated(events))).isEqualTo("Write to [EMAIL] now");
  }

  @Test
  void aRefusedModelIsPermissionDenied() {
    PermissionDeniedException walled =
        catchThrowableOfType(
            PermissionDeniedException.class, () -> client.responses().create(ask("walled")));
    assertThat(walled.code()).hasValue("policy_denied");
    assertThat(walled.headers().values("x-request-id")).hasSize(1);
  }

  @Test
  void embeddingsAreTheSameNumbersPackedAndWrittenOut() {
    site.plays(
        (request, peer) ->
            peer.respond(
                200,
                "",
                "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":"
                    + (request.body().contains("\"encoding_format\":\"float\"")
                        ? "[0.25,0.5]"
                        : "\"AACAPgAAAD8=\"")
                    + "}],\"model\":\"gpt-x\",\"usage\":{\"prompt_tokens\":2,"
                    + "\"total_tokens\":2}}"));
    EmbeddingCreateParams packed = EmbeddingCreateParams.builder().model("gpt").input("hi").build();
    EmbeddingCreateParams written =
        packed.toBuilder().encodingFormat(EmbeddingCreateParams.EncodingFormat.FLOAT).build();
    for (EmbeddingCreateParams params : List.of(packed, written)) {
      assertThat(client.embeddings().create(params).data().getFirst().embedding())
          .containsExactly(0.25f, 0.5f);
    }
  }
}
