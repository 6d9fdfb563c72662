package dev.gatewayctl.runtime.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Writer;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Asking;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What callers of the chat protocol ask of other protocols, and what they are told.
class ChatCallerTest {
  private static final Usage USAGE =
      new Usage(
          OptionalLong.of(10),
          OptionalLong.of(0),
          OptionalLong.of(2),
          OptionalLong.of(3),
          OptionalLong.of(7),
          OptionalLong.of(4),
          false);
  private static final AnswerEvent BEGAN =
      new AnswerEvent.Began(Optional.of("msg_1"), Optional.empty());
  private static final AnswerEvent ENDED = new AnswerEvent.Ended();

  private static Answering answering(boolean usage) {
    return new Answering("sonnet", "ex_0123456789ABCDEFGHJKMNPQRS", 7, usage, 0);
  }

  private static AnswerEvent finished(int choice, StopReason reason, String word) {
    return new AnswerEvent.Finished(choice, reason, word, Optional.empty());
  }

  private static AnswerEvent call(int ordinal, String id, String name) {
    return new AnswerEvent.CallBegan(
        0, ordinal, id.isEmpty() ? Optional.empty() : Optional.of(id), name, Optional.empty());
  }

  private static String stream(boolean usage, AnswerEvent... events) {
    Writer writer = ChatTranslation.INSTANCE.stream(answering(usage));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (AnswerEvent event : events) {
      out.writeBytes(writer.write(event));
    }
    return out.toString(StandardCharsets.UTF_8)
        .replace(
            "\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created\":7,"
                + "\"model\":\"sonnet\",\"choices\":",
            "HEAD");
  }

  private static String whole(AnswerEvent... events) {
    return new String(
        ChatTranslation.INSTANCE.whole(List.of(events), answering(false)), StandardCharsets.UTF_8);
  }

  private static Conversation read(String body, Losses losses) throws Unfit {
    JsonDocument.Reading reading = JsonDocument.read(Recordings.utf8(body));
    return ChatTranslation.INSTANCE.read(
        ((JsonDocument.Reading.Read) reading).document().root(), RequestPath.PLAIN, losses);
  }

  private static Conversation asked(String members, Losses losses) throws Unfit {
    return read(
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]," + members + "}",
        losses);
  }

  @Test
  void aStreamBeginsWithTheRoleAndEndsWithReasonUsageAndDone() {
    assertThat(
            stream(
                true,
                BEGAN,
                new AnswerEvent.Counted(USAGE),
                new AnswerEvent.Text(0, "hi"),
                finished(0, StopReason.STOP, "end_turn"),
                ENDED))
        .isEqualTo(
            """
            data: {HEAD[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}

            data: {HEAD[{"index":0,"delta":{"content":"hi"},"finish_reason":null}],"usage":null}

            data: {HEAD[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}

            data: {HEAD[],"usage":{"prompt_tokens":10,"completion_tokens":7,"total_tokens":17,\
            "prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":5},\
            "completion_tokens_details":{"reasoning_tokens":4}}}

            data: [DONE]

            """);
  }

  @Test
  void usageThatNobodyAskedForIsNotTold() {
    assertThat(
            stream(
                false,
                BEGAN,
                new AnswerEvent.Text(0, "hi"),
                new AnswerEvent.Counted(USAGE),
                finished(0, StopReason.STOP, "end_turn"),
                ENDED))
        .doesNotContain("usage")
        .endsWith("data: [DONE]\n\n");
  }

  @Test
  void indexOfACallIsItsOrdinalAndNotThatOfABlock() {
    String out =
        stream(
            false,
            BEGAN,
            new AnswerEvent.Text(0, "let me see"),
            call(1, "toolu_1", "f"),
            new AnswerEvent.CallArguments(0, 1, "{}"),
            call(3, "", "g"),
            finished(0, StopReason.TOOL_CALLS, "tool_use"),
            ENDED);
    assertThat(out)
        .contains(
            "{\"tool_calls\":[{\"index\":0,\"id\":\"toolu_1\",\"type\":\"function\","
                + "\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}",
            "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]}",
            "{\"tool_calls\":[{\"index\":1,\"id\":\"call_0123456789ABCDEFGHJKMNPQRS_0_3\"")
        .containsOnlyOnce("\"toolu_1\"");
  }

  @Test
  void everyChoiceHasItsRoleAndItsEnd() {
    String out =
        stream(
            false,
            BEGAN,
            new AnswerEvent.Text(0, "a"),
            new AnswerEvent.Text(1, "b"),
            finished(1, StopReason.LENGTH, "max_tokens"),
            ENDED);
    assertThat(out.split("\"role\":\"assistant\"", -1)).hasSize(3);
    assertThat(out)
        .contains(
            "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}",
            "{\"index\":1,\"delta\":{},\"finish_reason\":\"length\"}");
  }

  @Test
  void aCutStreamIsToldNoEndAndAFailedOneItsError() {
    assertThat(stream(true, BEGAN, new AnswerEvent.Text(0, "a")))
        .doesNotContain("DONE")
        .doesNotContain("\"finish_reason\":\"");
    assertThat(
            stream(
                true,
                BEGAN,
                new AnswerEvent.Text(0, "a"),
                new AnswerEvent.Failed(
                    new AnswerEvent.ProviderError(529, "overloaded_error", "busy")),
                new AnswerEvent.Text(0, "never"),
                ENDED))
        .endsWith(
            "data: {\"error\":{\"message\":\"busy\",\"type\":\"api_error\",\"param\":null,"
                + "\"code\":\"overloaded_error\"}}\n\n");
  }

  @Test
  void anEndInAnErrorIsAnErrorAndNoStop() {
    AnswerEvent end = finished(0, StopReason.ERROR, "MALFORMED_FUNCTION_CALL");
    assertThat(stream(false, BEGAN, end, ENDED))
        .startsWith("data: {\"error\":")
        .contains("MALFORMED_FUNCTION_CALL")
        .doesNotContain("DONE");
    assertThat(whole(BEGAN, end, ENDED)).startsWith("{\"error\":");
  }

  @Test
  void anEndWithoutAWordHereKeepsTheProvidersOwn() {
    assertThat(whole(BEGAN, finished(0, StopReason.PAUSE, "pause_turn"), ENDED))
        .contains("\"finish_reason\":\"stop\",\"native_finish_reason\":\"pause_turn\"");
    assertThat(whole(BEGAN, finished(0, StopReason.CONTENT_FILTER, "SAFETY"), ENDED))
        .contains("\"finish_reason\":\"content_filter\"")
        .doesNotContain("native");
  }

  @Test
  void aWholeAnswerHasEveryMemberThatClientsRequire() {
    assertThat(
            whole(
                BEGAN,
                new AnswerEvent.Reasoning(0, "hm"),
                new AnswerEvent.ReasoningSigned(0, "sig"),
                new AnswerEvent.CallBegan(0, 0, Optional.of("c"), "f", Optional.of("thought")),
                new AnswerEvent.CallArguments(0, 0, "{\"a\": "),
                new AnswerEvent.CallArguments(0, 0, "1}"),
                finished(0, StopReason.TOOL_CALLS, "tool_use"),
                ENDED))
        .isEqualTo(
            """
            {"id":"msg_1","object":"chat.completion","created":7,"model":"sonnet","choices":[\
            {"index":0,"message":{"role":"assistant","content":null,"refusal":null,\
            "reasoning_content":"hm","reasoning_details":[{"type":"reasoning.text","signature":"sig"}],\
            "tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\\"a\\": 1}"},\
            "extra_content":{"google":{"thought_signature":"thought"}}}]},"logprobs":null,\
            "finish_reason":"tool_calls"}]}\
            """);
  }

  @Test
  void whatMeansNothingElsewhereIsLostByName() throws Unfit {
    Losses losses = new Losses();
    asked(
        """
        "logprobs":true,"top_logprobs":2,"logit_bias":{"1":2},"modalities":["text","audio"],
        "audio":{"voice":"v"},"service_tier":"flex","store":true,"customers_secret":"x",
        "tools":[{"type":"custom","custom":{"name":"c"}},{"type":"web_search"}]\
        """,
        losses);
    assertThat(losses.names())
        .containsExactly(
            "audio",
            "custom tools",
            "logit_bias",
            "logprobs",
            "modalities",
            "service_tier",
            "store",
            "tools of the provider",
            "top_logprobs",
            "unknown members");
  }

  @Test
  void whatSaysOnlyWhatHoldsAnywayIsNotLost() throws Unfit {
    Losses losses = new Losses();
    asked(
        """
        "logprobs":false,"logit_bias":{},"modalities":["text"],"service_tier":"auto",
        "store":false,"audio":null,"stream":true,"stream_options":{"include_usage":true},
        "verbosity":"medium","response_format":{"type":"text"}\
        """,
        losses);
    assertThat(losses.names()).isEmpty();
  }

  @Test
  void numbersStayAsSpelledAndTheLargerCapCounts() throws Unfit {
    Conversation asked =
        asked(
            """
            "temperature":1.50,"top_p":1e-1,"seed":12345678901234567890,"max_tokens":5,
            "max_completion_tokens":9,"n":2,"stop":"END","reasoning_effort":"xhigh",
            "user":"u","metadata":{"a":"b","n":7}\
            """,
            new Losses());
    assertThat(asked.sampling().temperature()).hasValue("1.50");
    assertThat(asked.sampling().topP()).hasValue("1e-1");
    assertThat(asked.sampling().seed()).hasValue("12345678901234567890");
    assertThat(asked.sampling().maxTokens()).hasValue(9);
    assertThat(asked.sampling().stop()).containsExactly("END");
    assertThat(asked.thinking().orElseThrow().effort()).hasValue("xhigh");
    assertThat(asked.user()).hasValue("u");
    assertThat(asked.metadata()).isEqualTo(Map.of("a", "b", "n", "7"));
    String written =
        new String(
            ChatTranslation.INSTANCE.write(
                asked, new Asking(OptionalLong.empty(), "max_tokens", true), new Losses()),
            StandardCharsets.UTF_8);
    assertThat(written)
        .contains(
            "\"temperature\":1.50,\"top_p\":1e-1", "\"max_tokens\":9", "12345678901234567890");
  }

  @Test
  void strictProvidersGetNothingThatTheyRefuse() throws Unfit {
    Conversation asked =
        read(
            """
            {"model":"m","top_k":5,"metadata":{"a":"b"},"messages":[
            {"role":"system","content":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}]},
            {"role":"assistant","content":null,"reasoning_content":"hm","tool_calls":[{"id":"c",
            "type":"function","function":{"name":"f","arguments":"{}"},
            "extra_content":{"google":{"thought_signature":"t"}}}]},
            {"role":"tool","tool_call_id":"c","name":"f","content":"r"}]}\
            """,
            new Losses());
    Losses losses = new Losses();
    byte[] written =
        ChatTranslation.INSTANCE.write(
            asked, new Asking(OptionalLong.empty(), "max_completion_tokens", true), losses);
    assertThat(new String(written, StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"model":"m","messages":[{"role":"system","content":"s"},\
            {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function",\
            "function":{"name":"f","arguments":"{}"}}]},\
            {"role":"tool","tool_call_id":"c","content":"r"}]}\
            """);
    assertThat(losses.names())
        .containsExactly(
            "cache_control",
            "metadata",
            "signature of a call",
            "thoughts of earlier turns",
            "top_k");
  }

  @Test
  void legacyFunctionsAndTheirResultsAreToolsAndFindEachOther() throws Unfit {
    Conversation asked =
        read(
            """
            {"model":"m","functions":[{"name":"f","parameters":{}}],"function_call":{"name":"f"},
            "messages":[{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
            {"role":"function","name":"f","content":"r"}]}\
            """,
            new Losses());
    assertThat(asked.tools()).hasSize(1);
    assertThat(asked.toolChoice()).contains(new Conversation.ToolChoice.Named("f"));
    Part.ToolCall call = (Part.ToolCall) asked.turns().getFirst().parts().getFirst();
    Part.ToolResult result = (Part.ToolResult) asked.turns().getLast().parts().getFirst();
    assertThat(result.callId()).isEqualTo(call.id());
    assertThat(result.name()).hasValue("f");
  }

  @Test
  void resultsOfOneTurnStandTogetherAndBeforeItsTexts() throws Unfit {
    Conversation asked =
        read(
            """
            {"model":"m","messages":[
            {"role":"tool","tool_call_id":"a","content":"1"},
            {"role":"tool","tool_call_id":"b","content":[{"type":"text","text":"2"}]},
            {"role":"user","content":"x"}]}\
            """,
            new Losses());
    assertThat(asked.turns()).hasSize(2);
    assertThat(asked.turns().getFirst().parts()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"messages":[]}                                                     | model                | is missing
          {"model":"m","messages":{}}                                         | messages             | is not a list
          {"model":"m","messages":[7]}                                        | messages[0]          | is not an object
          {"model":"m","messages":[{"role":"critic","content":""}]}           | messages[0].role     | is no role that can be translated
          {"model":"m","messages":[{"role":"user","content":7}]}              | messages[0].content  | is neither a string nor a list of parts
          {"model":"m","messages":[{"role":"user","content":[{"type":"smell"}]}]} | messages[0].content[0].type | is a kind of part that cannot be translated
          {"model":"m","messages":[{"role":"user","content":[{"type":"text","text":7}]}]} | messages[0].content[0].text | is not a string
          {"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]} | messages[0].content[0].image_url | has no url
          {"model":"m","messages":[{"role":"tool","content":"x"}]}            | messages[0].tool_call_id | is missing
          {"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"a","function":{}}]}]} | messages[0].tool_calls[0].function.name | is missing
          {"model":"m","messages":[{"role":"system","content":[{"type":"image_url","image_url":"u"}]}]} | messages[0].content | holds more than text
          {"model":"m","messages":[],"temperature":"hot"}                     | temperature          | is not a number
          {"model":"m","messages":[],"tools":{}}                              | tools                | is not a list
          {"model":"m","messages":[],"tool_choice":"perhaps"}                 | tool_choice          | is no choice of tools
          {"model":"m","messages":[],"response_format":{"type":"xml"}}        | response_format.type | is no format that can be translated
          """)
  void badInputIsRefusedWithItsPlace(String body, String place, String problem) {
    assertThatThrownBy(() -> read(body, new Losses()))
        .isInstanceOfSatisfying(
            Unfit.class,
            unfit -> {
              assertThat(unfit.place()).isEqualTo(place);
              assertThat(unfit.problem()).isEqualTo(problem);
            });
  }
}
