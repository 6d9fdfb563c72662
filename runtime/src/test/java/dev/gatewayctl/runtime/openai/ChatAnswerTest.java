package dev.gatewayctl.runtime.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.Mask;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatAnswerTest {
  private static final String ANSWER =
      """
      {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-5",
       "choices":[
        {"index":0,"message":{"role":"assistant","content":"first secret","refusal":null,
          "reasoning_content":"thinking secret",
          "annotations":[{"type":"url_citation","url_citation":{"title":"secret","url":"u"}}]},
         "logprobs":{"content":[{"token":"secret","logprob":-0.1}]},"finish_reason":"stop"},
        {"index":1,"message":{"role":"assistant","content":null,"refusal":"no secret",
          "tool_calls":[{"id":"c","type":"function",
            "function":{"name":"f","arguments":"{\\"a\\":\\"secret\\",\\"n\\":12.50}"}}],
          "audio":{"id":"a","data":"AAAA","transcript":"said secret"}},
         "logprobs":null,"finish_reason":"tool_calls"}],
       "usage":{"prompt_tokens":100,"completion_tokens":40,"total_tokens":140,
        "prompt_tokens_details":{"cached_tokens":64,"cache_write_tokens":0,"audio_tokens":0},
        "completion_tokens_details":{"reasoning_tokens":30}},
       "x_new":{"hint":"secret"},"system_fingerprint":null}
      """;

  @Test
  void everyTextOfEveryChoiceIsMaskedAndNothingElseChanges() {
    AnswerBody answer = read(ANSWER);
    List<Mask> masks =
        answer.pieces().stream()
            .filter(piece -> piece.text().string().contains("secret"))
            .map(
                piece -> {
                  int from = piece.text().string().indexOf("secret");
                  return new Mask(piece, from, from + 6, "[S]");
                })
            .toList();
    String expected =
        ANSWER
            .replace("{\"content\":[{\"token\":\"secret\",\"logprob\":-0.1}]}", "null")
            .replace("secret", "[S]");
    assertThat(new String(answer.write(masks, true), StandardCharsets.UTF_8)).isEqualTo(expected);
    assertThat(answer.sideChannels()).containsExactly("logprobs");
  }

  @Test
  void whatAnAnswerSays() {
    AnswerBody answer = read(ANSWER);
    assertThat(answer.model()).contains("gpt-5");
    assertThat(answer.finishReasons()).containsExactly("stop", "tool_calls");
    assertThat(answer.text()).isEqualTo("first secret\nno secret\nsaid secret");
    assertThat(answer.toolCalls())
        .containsExactly(new AnswerBody.ToolCall("f", "{\"a\":\"secret\",\"n\":12.50}"));
    assertThat(answer.usage())
        .isEqualTo(
            new Usage(
                OptionalLong.of(100),
                OptionalLong.of(64),
                OptionalLong.of(0),
                OptionalLong.empty(),
                OptionalLong.of(40),
                OptionalLong.of(30),
                false));
  }

  @Test
  void logprobsPassWhereNothingIsMasked() {
    AnswerBody answer = read(ANSWER);
    assertThat(answer.write(List.of(), false)).isSameAs(answer.body());
  }

  /// The dialects that were recorded: each says where cached and reasoning tokens stand.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"prompt_tokens":70,"completion_tokens":12,"num_cached_tokens":69,"total_tokens":82} | 70 | 69 | 12 | -
          {"prompt_tokens":563,"completion_tokens":116,"prompt_cache_hit_tokens":512}          | 563 | 512 | 116 | -
          {"prompt_tokens":16,"completion_tokens":216,"cached_tokens":0}                        | 16 | 0 | 216 | -
          {"prompt_tokens":291,"completion_tokens":26,"total_tokens":506,"completion_tokens_details":{"reasoning_tokens":189}} | 291 | - | 215 | 189
          {"prompt_tokens":10,"completion_tokens":26,"total_tokens":36,"completion_tokens_details":{"reasoning_tokens":20}} | 10 | - | 26 | 20
          {"prompt_tokens":"7","completion_tokens":-1,"prompt_tokens_details":null}             | - | - | - | -
          {"prompt_tokens":4,"total_tokens":4}                                                  | 4 | - | - | -
          """)
  void usageOfTheDialects(
      String usage, String input, String cached, String output, String reasoning) {
    Usage read = read("{\"choices\":[],\"usage\":" + usage + "}").usage();
    assertThat(spelled(read.input())).isEqualTo(input);
    assertThat(spelled(read.cached())).isEqualTo(cached);
    assertThat(spelled(read.output())).isEqualTo(output);
    assertThat(spelled(read.reasoning())).isEqualTo(reasoning);
  }

  private static String spelled(OptionalLong count) {
    return count.isPresent() ? Long.toString(count.getAsLong()) : "-";
  }

  @Test
  void errorsAndForeignTextsAreMetadata() {
    AnswerBody error = read("{\"error\":{\"message\":\"bad key sk-1\",\"code\":null}}");
    assertThat(error.pieces()).extracting(TextPiece::location).containsOnly(Location.METADATA);
    assertThat(error.usage()).isEqualTo(Usage.UNKNOWN);
    AnswerBody page = read("<html>bad key</html>");
    TextPiece text = page.pieces().getFirst();
    assertThat(page.write(List.of(new Mask(text, 6, 13, "\"x\"")), true))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("<html>\"x\"</html>");
    assertThat(read("").pieces()).isEmpty();
    assertThat(read("[\"a\",1]").pieces()).hasSize(2);
  }

  @Test
  void whatCannotBeReadForCertainIsSaidSo() {
    assertThat(ChatDialect.INSTANCE.answer(Recordings.utf8("{\"choices\":[],\"choices\":[]}")))
        .isEqualTo(
            new AnswerBody.Reading.Unreadable(
                "it is not JSON: a member stands twice in one object (byte 14)"));
    assertThat(ChatDialect.INSTANCE.answer(new byte[] {(byte) 0xff, 1}))
        .isEqualTo(new AnswerBody.Reading.Unreadable("it is neither JSON nor UTF-8"));
  }

  @Test
  void halfASurrogatePairPassesInAnAnswer() {
    AnswerBody answer = read("{\"choices\":[{\"message\":{\"content\":\"\\ud83d secret\"}}]}");
    TextPiece piece = answer.pieces().getFirst();
    assertThat(piece.text().string()).isEqualTo("\ufffd secret");
    assertThat(answer.write(List.of(new Mask(piece, 4, 10, "[S]")), false))
        .asString(StandardCharsets.UTF_8)
        .contains("\"\\ud83d [S]\"");
  }

  static AnswerBody read(String body) {
    return ((AnswerBody.Reading.Read) ChatDialect.INSTANCE.answer(Recordings.utf8(body))).answer();
  }
}
