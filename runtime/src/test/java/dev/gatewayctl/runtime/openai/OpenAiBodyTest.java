package dev.gatewayctl.runtime.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.StreamDialect;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiBodyTest {
  private static final Usage USAGE =
      new Usage(
          OptionalLong.of(9),
          OptionalLong.of(4),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.of(3),
          OptionalLong.of(1),
          false);

  @ParameterizedTest
  @CsvSource({
    "400, invalid_request, invalid_request_error",
    "401, invalid_api_key, authentication_error",
    "403, policy_denied, permission_error",
    "404, model_not_found, invalid_request_error",
    "413, request_too_large, invalid_request_error",
    "415, invalid_request, invalid_request_error",
    "429, insufficient_quota, rate_limit_error",
    "500, internal_error, api_error",
    "502, upstream_error, api_error",
    "503, overloaded, api_error",
    "504, upstream_timeout, api_error"
  })
  void errorsHaveTheTypeOfTheirStatus(int status, String code, String type) {
    assertThat(text(OpenAiBody.error(status, code, "no \"x\"")))
        .isEqualTo(
            "{\"error\":{\"message\":\"no \\\"x\\\"\",\"type\":\""
                + type
                + "\",\"param\":null,\"code\":\""
                + code
                + "\"}}");
  }

  @Test
  void modelsAreListed() {
    assertThat(text(OpenAiBody.models(List.of("fast"), 7, "gatewayctl")))
        .isEqualTo(
            "{\"object\":\"list\",\"data\":[{\"id\":\"fast\",\"object\":\"model\",\"created\":7,"
                + "\"owned_by\":\"gatewayctl\"}]}");
  }

  @Test
  void aWholeAnswerReadsBack() {
    AnswerBody answer = ChatAnswerTest.read(text(OpenAiBody.whole(answer("a \"b\" 😀", 2))));
    assertThat(answer.text()).isEqualTo("a \"b\" 😀\na \"b\" 😀");
    assertThat(answer.finishReasons()).containsExactly("stop", "stop");
    assertThat(answer.usage()).isEqualTo(USAGE);
    assertThat(answer.model()).contains("m");
  }

  @Test
  void aStreamIsCutWhereItIsToldTo() {
    assertThat(contents(OpenAiBody.events(answer("ab😀cd", 1), List.of(2, 3, 99), false)))
        .containsExactly("", "ab", "😀", "cd");
    assertThat(contents(OpenAiBody.events(answer("call me on 5", 1), List.of(), false)))
        .containsExactly("", "call", " me", " on", " 5");
    assertThat(contents(OpenAiBody.events(answer("", 1), List.of(), false))).containsExactly("");
  }

  @Test
  void aStreamReportsUsageOnlyWhenAsked() {
    List<byte[]> silent = OpenAiBody.events(answer("hi", 2), List.of(), false);
    assertThat(silent).hasSize(7);
    assertThat(String.join("", silent.stream().map(OpenAiBodyTest::text).toList()))
        .doesNotContain("usage");
    List<byte[]> events = OpenAiBody.events(answer("hi", 2), List.of(), true);
    AnswerStream stream =
        AnswerStream.of(new ChatEvents(new StreamDialect.Settings(true, false, 2)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] event : events) {
      out.writeBytes(stream.feed(event, 0, event.length));
    }
    assertThat(stream.usage()).isEqualTo(USAGE);
    assertThat(stream.done()).isTrue();
    assertThat(stream.finishReasons()).containsEntry(0, "stop").containsEntry(1, "stop");
    assertThat(text(out.toByteArray()))
        .isEqualTo(String.join("", silent.stream().map(OpenAiBodyTest::text).toList()));
  }

  private static List<String> contents(List<byte[]> events) {
    return events.stream()
        .map(OpenAiBodyTest::text)
        .filter(event -> event.contains("\"content\""))
        .map(event -> event.replaceAll("(?s).*\"content\":\"(.*?)\"}.*", "$1"))
        .toList();
  }

  private static OpenAiBody.Answer answer(String text, int choices) {
    return new OpenAiBody.Answer("c", 7, "m", text, choices, "stop", Optional.of(USAGE));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
