package dev.gatewayctl.runtime.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Writer;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Asking;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Reader;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Unreadable;
import dev.gatewayctl.runtime.conversation.RawJson;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.openai.ChatTranslation;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GeminiTranslationTest {
  private static final GeminiTranslation GEMINI = GeminiTranslation.INSTANCE;
  private static final Asking ASKING = new Asking(OptionalLong.empty(), "max_tokens", false);
  private static final Answering ANSWERING = new Answering("m", "ex_1", 7, true, 0);
  private static final Answering ARRAY = new Answering("m", "ex_1", 7, true, 0, true);

  private static JsonValue root(String body) {
    return ((JsonDocument.Reading.Read) JsonDocument.read(Recordings.utf8(body))).document().root();
  }

  private static RequestPath path(String model) {
    return new RequestPath(Optional.of(model), true, "streamGenerateContent", false);
  }

  private static Conversation gemini(String body, Losses losses) throws Unfit {
    return GEMINI.read(root(body), path("gemini-2.5-flash"), losses);
  }

  private static Conversation chat(String members) throws Unfit {
    return ChatTranslation.INSTANCE.read(
        root("{\"model\":\"gemini-2.5-flash\"," + members + "}"), RequestPath.PLAIN, new Losses());
  }

  private static String written(Conversation conversation) {
    return written(conversation, new Losses());
  }

  private static String written(Conversation conversation, Losses losses) {
    return new String(GEMINI.write(conversation, ASKING, losses), StandardCharsets.UTF_8);
  }

  /// What events say, however they are cut.
  private static Map<String, String> told(List<AnswerEvent> events) {
    Map<String, String> told = new TreeMap<>();
    for (AnswerEvent event : events) {
      switch (event) {
        case AnswerEvent.Began began -> add(told, "began", began.model().toString());
        case AnswerEvent.Text(int choice, String text) -> add(told, choice + " text", text);
        case AnswerEvent.Refusal(int choice, String text) -> add(told, choice + " refusal", text);
        case AnswerEvent.Reasoning(int choice, String text) -> add(told, choice + " thought", text);
        case AnswerEvent.ReasoningSigned(int choice, String sign) ->
            add(told, choice + " signed", sign);
        case AnswerEvent.HiddenReasoning(int choice, String data) ->
            add(told, choice + " hidden", data);
        case AnswerEvent.CallBegan call ->
            add(
                told,
                call.choice() + " call " + call.ordinal(),
                call.name() + call.signature() + " ");
        case AnswerEvent.CallArguments(int choice, int ordinal, String fragment) ->
            // Line ends would end a line of an event: between values they become spaces.
            add(told, choice + " call " + ordinal, fragment.replace('\n', ' '));
        case AnswerEvent.Finished end -> add(told, end.choice() + " end", end.reason().toString());
        case AnswerEvent.Counted(Usage usage) -> told.put("usage", usage.toString());
        case AnswerEvent.Failed failed ->
            add(told, "failed", failed.error() + failed.error().message());
        case AnswerEvent.Ended _ -> add(told, "ended", "");
      }
    }
    return told;
  }

  private static void add(Map<String, String> told, String key, String text) {
    told.merge(key, text, String::concat);
  }

  private static List<AnswerEvent> events(byte[] body, int first, int size) throws Unreadable {
    List<AnswerEvent> events = new ArrayList<>();
    Reader reader = GEMINI.stream();
    int from = 0;
    int to = Math.min(first, body.length);
    while (from < body.length) {
      reader.feed(body, from, to, events::add);
      from = to;
      to = Math.min(body.length, to + size);
    }
    reader.finish(events::add);
    return events;
  }

  private static List<AnswerEvent> events(String stream) throws Unreadable {
    byte[] body = Recordings.utf8(stream);
    return events(body, body.length, body.length);
  }

  private static String streamed(List<AnswerEvent> events, Answering answering) {
    Writer writer = GEMINI.stream(answering);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    events.forEach(event -> out.writeBytes(writer.write(event)));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void recordedRequestsComeBackAsTheySayTheSame() throws Unfit {
    int seen = 0;
    for (String method : List.of("generateContent", "streamGenerateContent")) {
      for (Recordings.Recording recording : Recordings.gemini(method)) {
        seen++;
        Losses losses = new Losses();
        Conversation asked = gemini(recording.request().orElseThrow(), losses);
        String body = written(asked);
        assertThat(GeminiDialect.CONTENT.request(Recordings.utf8(body), path("m")))
            .as(recording.name())
            .isInstanceOf(RequestBody.Reading.Read.class);
        Conversation again = gemini(body, new Losses());
        assertThat(written(again)).as(recording.name()).isEqualTo(body);
        // Empty texts are left out.
        if (!recording.request().orElseThrow().contains("\"text\":\"\"")) {
          assertThat(again)
              .as(recording.name())
              .usingRecursiveComparison()
              .withEqualsForType(RawJson::equals, RawJson.class)
              .isEqualTo(asked);
        }
      }
    }
    assertThat(seen).isGreaterThan(20);
  }

  @Test
  void recordedAnswersSayTheSameWrittenWholeAndAsStreams() throws Unreadable {
    for (Recordings.Recording recording : Recordings.geminiAnswers()) {
      List<AnswerEvent> events = GEMINI.whole(Recordings.utf8(recording.answer()));
      Map<String, String> told = told(events);
      assertThat(told).containsKeys("began", "0 end", "usage", "ended");
      assertThat(told(GEMINI.whole(GEMINI.whole(events, ANSWERING))))
          .as(recording.name())
          .isEqualTo(told);
      assertThat(told(events(streamed(events, ANSWERING)))).as(recording.name()).isEqualTo(told);
      assertThat(told(events(streamed(events, ARRAY)))).as(recording.name()).isEqualTo(told);
    }
  }

  @Test
  void recordedStreamsSayTheSameAtEverySplit() throws Unreadable {
    for (Recordings.Recording recording : Recordings.geminiStreams()) {
      byte[] body = Recordings.utf8(recording.answer());
      Map<String, String> told = told(events(body, body.length, body.length));
      assertThat(told).as(recording.name()).containsKeys("began", "0 end", "ended");
      for (int size = 1; size <= 5; size++) {
        assertThat(told(events(body, size, size))).as(recording.name()).isEqualTo(told);
      }
      List<AnswerEvent> events = events(body, 1, 1);
      assertThat(told(events(streamed(events, ARRAY)))).as(recording.name()).isEqualTo(told);
    }
  }

  @Test
  void everythingThatBothCanSayIsCarried() throws Unfit {
    String body =
        "{\"systemInstruction\":{\"parts\":[{\"text\":\"s\"}]},\"contents\":["
            + "{\"role\":\"user\",\"parts\":[{\"text\":\"u\"},"
            + "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"AAAA\"}},"
            + "{\"fileData\":{\"mimeType\":\"application/pdf\",\"fileUri\":\"gs://a/b\"}}]},"
            + "{\"role\":\"model\",\"parts\":[{\"text\":\"t\",\"thought\":true,"
            + "\"thoughtSignature\":\"c2ln\"},{\"text\":\"a\"},"
            + "{\"functionCall\":{\"id\":\"c1\",\"name\":\"f\",\"args\":{\"x\":1.50}},"
            + "\"thoughtSignature\":\"YWJj\"}]},"
            + "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"id\":\"c1\",\"name\":\"f\","
            + "\"response\":{\"y\":[1, 2]}}}]}],"
            + "\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\",\"description\":\"d\","
            + "\"parametersJsonSchema\":{\"type\":\"object\",\"properties\":{\"x\":{}}}}]}],"
            + "\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"ANY\","
            + "\"allowedFunctionNames\":[\"f\"]}},"
            + "\"generationConfig\":{\"maxOutputTokens\":9,\"temperature\":0.70,\"topP\":1e-1,"
            + "\"topK\":4,\"presencePenalty\":0.1,\"frequencyPenalty\":0.2,\"seed\":3,"
            + "\"stopSequences\":[\"E\"],\"candidateCount\":2,"
            + "\"responseMimeType\":\"application/json\","
            + "\"responseJsonSchema\":{\"type\":\"object\"},"
            + "\"thinkingConfig\":{\"thinkingBudget\":100,\"includeThoughts\":true}}}";
    Losses losses = new Losses();
    assertThat(written(gemini(body, losses), losses)).isEqualTo(body);
    assertThat(losses.names()).isEmpty();
  }

  @Test
  void whatCannotBeCarriedIsNamed() throws Unfit {
    Losses losses = new Losses();
    gemini(
        "{\"contents\":[{\"parts\":[{\"executableCode\":{\"code\":\"1\"}}]}],"
            + "\"safetySettings\":[],\"tools\":[{\"google_search\":{}}],\"odd\":1,"
            + "\"generationConfig\":{\"responseLogprobs\":true,\"speechConfig\":{\"a\":1}},"
            + "\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"VALIDATED\"}}}",
        losses);
    assertThat(losses.names())
        .containsExactlyInAnyOrder(
            "calls of the provider's own tools",
            "safetySettings",
            "tools of the provider",
            "unknown members",
            "responseLogprobs",
            "speechConfig",
            "mode VALIDATED of function calls");
    assertThatThrownBy(() -> gemini("{\"contents\":[],\"cachedContent\":\"c/1\"}", losses))
        .isInstanceOf(Unfit.class);
    Losses writing = new Losses();
    written(
        ChatTranslation.INSTANCE.read(
            root(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":["
                    + "{\"type\":\"file\",\"file\":{\"file_id\":\"f1\"}}]}],"
                    + "\"user\":\"u\",\"metadata\":{\"a\":\"b\"},\"parallel_tool_calls\":false,"
                    + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
                    + "\"strict\":true,\"parameters\":{\"type\":\"string\"}}}]}"),
            RequestPath.PLAIN,
            new Losses()),
        writing);
    assertThat(writing.names())
        .containsExactlyInAnyOrder(
            "file by id",
            "user",
            "metadata",
            "parallel_tool_calls",
            "strict schemas of tools",
            "parameters that are no object");
  }

  private static final String CALLS =
      "\"messages\":[{\"role\":\"user\",\"content\":\"q\"},"
          + "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
          + "{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\","
          + "\"arguments\":\"{\\\"x\\\":1.0}\"},"
          + "\"extra_content\":{\"google\":{\"thought_signature\":\"c2ln\"}}},"
          + "{\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"g\","
          + "\"arguments\":\"\"}}]},"
          + "{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"15\"},"
          + "{\"role\":\"tool\",\"tool_call_id\":\"b\",\"content\":\"it \\\"rains\\\"\"}]";

  /// Parallel results must stand in one content, name their functions, and be objects; the
  /// signature of the thought that led to the calls comes back with the first of them.
  @Test
  void parallelResultsAreMergedNamedAndWrappedAndTheSignatureComesBack() throws Unfit {
    assertThat(written(chat(CALLS)))
        .isEqualTo(
            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"q\"}]},"
                + "{\"role\":\"model\",\"parts\":["
                + "{\"functionCall\":{\"id\":\"a\",\"name\":\"f\",\"args\":{\"x\":1.0}},"
                + "\"thoughtSignature\":\"c2ln\"},"
                + "{\"functionCall\":{\"id\":\"b\",\"name\":\"g\",\"args\":{}}}]},"
                + "{\"role\":\"user\",\"parts\":["
                + "{\"functionResponse\":{\"id\":\"a\",\"name\":\"f\","
                + "\"response\":{\"result\":15}}},"
                + "{\"functionResponse\":{\"id\":\"b\",\"name\":\"g\","
                + "\"response\":{\"result\":\"it \\\"rains\\\"\"}}}]}]}");
  }

  @Test
  void vertexKnowsNoIdsOfCalls() throws Unfit {
    byte[] body = GeminiTranslation.VERTEX.write(chat(CALLS), ASKING, new Losses());
    assertThat(new String(body, StandardCharsets.UTF_8))
        .doesNotContain("\"id\"")
        .contains("{\"functionCall\":{\"name\":\"f\",");
  }

  /// Users got 400 "Function call is missing a thought_signature" after a switch of models.
  @Test
  void aCallWithoutASignatureIsMarkedForTheThirdGeneration() throws Unfit {
    String bare = CALLS.replaceAll(",\"extra_content\":\\{\"google\":\\{[^}]*}}", "");
    Conversation old = chat(bare);
    assertThat(written(old)).doesNotContain("thoughtSignature");
    Conversation third =
        ChatTranslation.INSTANCE.read(
            root("{\"model\":\"gemini-3-pro-preview\"," + bare + "}"),
            RequestPath.PLAIN,
            new Losses());
    assertThat(written(third))
        .containsOnlyOnce("\"thoughtSignature\":\"skip_thought_signature_validator\"")
        .contains("\"args\":{\"x\":1.0}},\"thoughtSignature\":\"skip_");
  }

  /// `$ref` inside a result is taken for a reference and was answered with 400.
  @Test
  void aReferenceInsideAResultIsText() throws Unfit {
    String chat =
        CALLS.replace(
            "\"content\":\"15\"", "\"content\":\"{\\\"a\\\":{\\\"$ref\\\":\\\"#/x\\\"}}\"");
    assertThat(written(chat(chat)))
        .contains("\"response\":{\"result\":\"{\\\"a\\\":{\\\"$ref\\\":\\\"#/x\\\"}}\"}");
  }

  /// `additionalProperties`, `$ref` and `nullable` were refused or lost in `parameters`.
  @Test
  void schemasOfToolsStayWhole() throws Unfit {
    String tool =
        "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],\"tools\":[{\"type\":\"function\","
            + "\"function\":{\"name\":\"f\",\"parameters\":%s}}]";
    String schema =
        "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/A\"},"
            + "\"b\":{\"type\":[\"object\",\"null\"],\"properties\":{\"c\":{}}}},"
            + "\"additionalProperties\":false,\"$defs\":{\"A\":{\"type\":\"string\"}}}";
    assertThat(written(chat(tool.formatted(schema))))
        .contains("{\"name\":\"f\",\"parametersJsonSchema\":" + schema + "}");
    String marked = "{\"$schema\":\"http://x\"," + schema.substring(1);
    assertThat(written(chat(tool.formatted(marked))))
        .contains("{\"name\":\"f\",\"parametersJsonSchema\":" + schema + "}");
    assertThat(written(chat(tool.formatted("{}"))))
        .contains("\"functionDeclarations\":[{\"name\":\"f\"}]");
  }

  @Test
  void schemasInCapitalsBecomeJsonSchema() throws Unfit {
    Conversation asked =
        gemini(
            "{\"contents\":[],\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\","
                + "\"parameters\":{\"type\":\"OBJECT\",\"properties\":{\"type\":{\"type\":"
                + "\"STRING\",\"nullable\":true,\"enum\":[\"A\"]},\"l\":{\"type\":\"ARRAY\","
                + "\"minItems\":\"1\",\"items\":{\"type\":\"NUMBER\"}}},"
                + "\"propertyOrdering\":[\"l\"],\"required\":[\"l\"]}}]}]}",
            new Losses());
    assertThat(asked.tools().getFirst().schema().orElseThrow().text())
        .isEqualTo(
            "{\"type\":\"object\",\"properties\":{\"type\":{\"type\":[\"string\",\"null\"],"
                + "\"enum\":[\"A\"]},\"l\":{\"type\":\"array\",\"minItems\":1,"
                + "\"items\":{\"type\":\"number\"}}},\"required\":[\"l\"]}");
  }

  @Test
  void emptyTextsAndEmptyTurnsAreLeftOut() throws Unfit {
    assertThat(
            written(
                chat(
                    "\"messages\":[{\"role\":\"user\",\"content\":\"\"},"
                        + "{\"role\":\"assistant\",\"content\":\"\"},"
                        + "{\"role\":\"user\",\"content\":\"q\"}]")))
        .isEqualTo("{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"q\"}]}]}");
  }

  @Test
  void argumentsThatAreNoObjectAreWrapped() throws Unfit {
    Losses losses = new Losses();
    String chat = CALLS.replace("\"{\\\"x\\\":1.0}\"", "\"{broken\"");
    assertThat(written(chat(chat), losses)).contains("\"args\":{\"input\":\"{broken\"}");
    assertThat(losses.names()).contains("arguments that are no object");
  }

  @Test
  void effortsBecomeLevelsOrBudgets() throws Unfit {
    String high = "\"messages\":[],\"reasoning_effort\":\"high\"";
    assertThat(written(chat(high))).contains("{\"thinkingConfig\":{\"thinkingBudget\":24576}}");
    Conversation third =
        ChatTranslation.INSTANCE.read(
            root("{\"model\":\"gemini-3.1-pro\"," + high + "}"), RequestPath.PLAIN, new Losses());
    assertThat(written(third)).contains("{\"thinkingConfig\":{\"thinkingLevel\":\"HIGH\"}}");
  }

  @Test
  void resultsWithoutIdsBelongToTheCallsInOrder() throws Unfit {
    Conversation asked =
        gemini(
            "{\"contents\":[{\"role\":\"model\",\"parts\":["
                + "{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1}}},"
                + "{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":2}}}]},"
                + "{\"role\":\"user\",\"parts\":["
                + "{\"functionResponse\":{\"name\":\"f\",\"response\":{\"result\":\"one\"}}},"
                + "{\"functionResponse\":{\"name\":\"f\",\"response\":{\"error\":\"two\"}}}]}]}",
            new Losses());
    String chat =
        new String(
            ChatTranslation.INSTANCE.write(asked, ASKING, new Losses()), StandardCharsets.UTF_8);
    assertThat(chat)
        .contains("{\"role\":\"tool\",\"tool_call_id\":\"call_0\",\"content\":\"one\"}")
        .contains("{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"two\"}");
  }

  private static String event(String parts, String end) {
    return "data: {\"candidates\":[{\"content\":{\"parts\":["
        + parts
        + "],\"role\":\"model\"}"
        + end
        + "}],\"usageMetadata\":{\"promptTokenCount\":10,\"cachedContentTokenCount\":4,"
        + "\"candidatesTokenCount\":3,\"thoughtsTokenCount\":2,\"totalTokenCount\":15},"
        + "\"modelVersion\":\"gemini-x\",\"responseId\":\"r1\"}\r\n\r\n";
  }

  private static final String CALL =
      "{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1}},\"thoughtSignature\":\"c2ln\"}";

  /// Chat clients saw `stop` where the call and `STOP` came in different chunks, lost the
  /// signature, and counted thoughts as nothing.
  @Test
  void aCallAndItsStopInDifferentChunksAreToolCallsForChatClients() throws Unreadable {
    String in =
        event("{\"text\":\"hm\",\"thought\":true}", "")
            + event(CALL, "")
            + event("{\"text\":\"\"}", ",\"finishReason\":\"STOP\"");
    Writer writer = ChatTranslation.INSTANCE.stream(ANSWERING);
    StringBuilder out = new StringBuilder();
    for (AnswerEvent event : events(in)) {
      out.append(new String(writer.write(event), StandardCharsets.UTF_8));
    }
    assertThat(out.toString())
        .contains("\"reasoning_content\":\"hm\"")
        .contains("\"id\":\"call_1_0_0\"")
        .contains("\"extra_content\":{\"google\":{\"thought_signature\":\"c2ln\"}}")
        .contains("\"arguments\":\"{\\\"a\\\":1}\"")
        .contains("\"finish_reason\":\"tool_calls\"")
        .contains("\"prompt_tokens\":10,\"completion_tokens\":5")
        .contains("\"cached_tokens\":4")
        .endsWith("data: [DONE]\n\n");
  }

  @Test
  void endsAreToldByTheTable() {
    assertThat(FinishReasons.meaning("STOP", false)).isEqualTo(StopReason.STOP);
    assertThat(FinishReasons.meaning("STOP", true)).isEqualTo(StopReason.TOOL_CALLS);
    assertThat(FinishReasons.meaning("MAX_TOKENS", true)).isEqualTo(StopReason.LENGTH);
    for (String filtered : List.of("SAFETY", "BLOCKLIST", "SPII", "RECITATION", "IMAGE_SAFETY")) {
      assertThat(FinishReasons.meaning(filtered, false)).isEqualTo(StopReason.CONTENT_FILTER);
    }
    assertThat(FinishReasons.meaning("LANGUAGE", false)).isEqualTo(StopReason.OTHER);
    assertThat(FinishReasons.meaning("MALFORMED_FUNCTION_CALL", false)).isEqualTo(StopReason.ERROR);
  }

  @Test
  void aBlockedPromptIsFilteredContent() throws Unreadable {
    String body = "{\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"}}";
    assertThat(told(GEMINI.whole(Recordings.utf8(body))))
        .containsEntry("0 end", "CONTENT_FILTER")
        .containsKey("ended");
    assertThat(told(events("data: " + body + "\r\n\r\n"))).containsEntry("0 end", "CONTENT_FILTER");
  }

  @Test
  void anEndThatDidNotComeIsNotMadeUp() throws Unreadable {
    List<AnswerEvent> cut = events(event("{\"text\":\"a\"}", ""));
    assertThat(told(cut)).doesNotContainKey("ended");
    assertThat(streamed(cut, ANSWERING)).contains("\"a\"").doesNotContain("finishReason");
    assertThat(streamed(cut, ARRAY)).startsWith("[{").doesNotContain("]}\n]");
    List<AnswerEvent> finished = List.of(new AnswerEvent.Text(0, "a"), end(StopReason.STOP));
    assertThat(streamed(finished, ANSWERING)).doesNotContain("finishReason");
  }

  private static AnswerEvent end(StopReason reason) {
    return new AnswerEvent.Finished(0, reason, "w", Optional.empty());
  }

  @Test
  void streamsForGeminiClientsAreDataLinesWithoutAnEndMark() {
    Usage usage =
        new Usage(
            OptionalLong.of(10),
            OptionalLong.of(4),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.of(5),
            OptionalLong.of(2),
            false);
    List<AnswerEvent> events =
        List.of(
            new AnswerEvent.Began(Optional.of("id1"), Optional.of("m1")),
            new AnswerEvent.Text(0, "hi"),
            new AnswerEvent.CallBegan(0, 0, Optional.of("c"), "f", Optional.empty()),
            new AnswerEvent.CallArguments(0, 0, "{\"a\""),
            new AnswerEvent.CallArguments(0, 0, ":1}"),
            end(StopReason.TOOL_CALLS),
            new AnswerEvent.Counted(usage),
            new AnswerEvent.Ended());
    String head = "\"modelVersion\":\"m1\",\"responseId\":\"id1\"}\r\n\r\n";
    assertThat(streamed(events, ANSWERING))
        .isEqualTo(
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"hi\"}],"
                + "\"role\":\"model\"},\"index\":0}],"
                + head
                + "data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":"
                + "{\"id\":\"c\",\"name\":\"f\",\"args\":{\"a\":1}}}],"
                + "\"role\":\"model\"},\"index\":0}],"
                + head
                + "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}],"
                + "\"role\":\"model\"},\"finishReason\":\"STOP\",\"index\":0}],"
                + "\"usageMetadata\":{\"promptTokenCount\":10,\"cachedContentTokenCount\":4,"
                + "\"candidatesTokenCount\":3,\"thoughtsTokenCount\":2,\"totalTokenCount\":15},"
                + head);
  }

  @Test
  void errorsAreReadAloneInListsAndInStreams() throws Unreadable {
    String error =
        "{\"error\":{\"code\":429,\"message\":\"slow\",\"status\":\"RESOURCE_EXHAUSTED\"}}";
    AnswerEvent.ProviderError expected =
        new AnswerEvent.ProviderError(429, "RESOURCE_EXHAUSTED", "slow");
    assertThat(GEMINI.error(429, Recordings.utf8(error))).isEqualTo(expected);
    assertThat(GEMINI.error(429, Recordings.utf8("[" + error + "]"))).isEqualTo(expected);
    assertThat(GEMINI.error(503, Recordings.utf8("<html>")).kind()).isEqualTo("UNAVAILABLE");
    List<AnswerEvent> events = events("data: " + error + "\r\n\r\n");
    assertThat(events).containsExactly(new AnswerEvent.Failed(expected));
    assertThat(streamed(events, ANSWERING))
        .startsWith("data: {\"error\":{\"code\":429,\"message\":\"slow\",")
        .endsWith("}\r\n\r\n");
    assertThat(new String(GEMINI.whole(events, ANSWERING), StandardCharsets.UTF_8))
        .startsWith("{\"error\":{\"code\":429");
  }

  @Test
  void argumentsInFragmentsAreOneObject() throws Unreadable {
    String call = "{\"functionCall\":{%s\"willContinue\":true}}";
    String fragment = "\"partialArgs\":[{\"jsonPath\":\"%s\",%s}],";
    String in =
        event(call.formatted("\"name\":\"f\","), "")
            + event(call.formatted(fragment.formatted("$.a[0].b", "\"stringValue\":\"x\"")), "")
            + event(call.formatted(fragment.formatted("$.a[0].b", "\"stringValue\":\"y\"")), "")
            + event(call.formatted(fragment.formatted("$.a[1]['c d']", "\"numberValue\":1.50")), "")
            + event(call.formatted(fragment.formatted("$.n", "\"nullValue\":null")), "")
            + event("{\"functionCall\":{}}", "")
            + event("{\"text\":\"\"}", ",\"finishReason\":\"STOP\"");
    assertThat(told(events(in)))
        .containsEntry(
            "0 call 0", "fOptional.empty {\"a\":[{\"b\":\"xy\"},{\"c d\":1.50}],\"n\":null}")
        .containsEntry("0 end", "TOOL_CALLS");
  }

  @Test
  void garbageOfTheProviderIsUnreadable() {
    for (String garbage : List.of("<html>", "{\"a\":", "[1]", "{}", "{\"candidates\":1}")) {
      assertThatThrownBy(() -> GEMINI.whole(Recordings.utf8(garbage)))
          .as(garbage)
          .isInstanceOf(Unreadable.class);
    }
    for (String garbage :
        List.of("data: no\r\n\r\n", "[1]", "<html>", "data: {\"candidates\":1}\n\n")) {
      assertThatThrownBy(() -> events(garbage)).as(garbage).isInstanceOf(Unreadable.class);
    }
    String media = event("{\"inlineData\":{\"data\":\"AAAA\"}}", "");
    assertThatThrownBy(() -> events(media)).isInstanceOf(Unreadable.class);
  }

  @Test
  void damagedAnswersAndRequestsFailOnlyAsDocumented() {
    long seed = 31;
    Random random = new Random(seed);
    String stream =
        event("{\"text\":\"hm\",\"thought\":true}", "")
            + event(CALL, "")
            + event(
                "{\"functionCall\":{\"name\":\"g\",\"partialArgs\":[{\"jsonPath\":\"$.a[0]\","
                    + "\"stringValue\":\"x\"}],\"willContinue\":true}}",
                "")
            + event("{\"text\":\"z\"}", ",\"finishReason\":\"STOP\"");
    String request =
        "{\"contents\":[{\"role\":\"model\",\"parts\":["
            + CALL
            + ",{\"text\":\"a\"}]},"
            + "{\"parts\":[{\"functionResponse\":{\"name\":\"f\",\"response\":{\"result\":1}}}]}],"
            + "\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\",\"parameters\":{\"type\":"
            + "\"OBJECT\",\"properties\":{\"a\":{\"type\":\"STRING\"}}}}]}],"
            + "\"generationConfig\":{\"topK\":1,\"thinkingConfig\":{\"thinkingBudget\":1}}}";
    for (int round = 0; round < 3_000; round++) {
      byte[] answer = damaged(stream, random);
      try {
        List<AnswerEvent> events = events(answer, 1 + random.nextInt(answer.length), 64);
        assertThat(streamed(events, ARRAY)).doesNotContain("[DONE]");
      } catch (Unreadable documented) {
        assertThat(documented.getMessage()).as("seed %d round %d", seed, round).isNotBlank();
      }
      if (JsonDocument.read(damaged(request, random))
          instanceof JsonDocument.Reading.Read(JsonDocument document)) {
        try {
          GEMINI.write(
              GEMINI.read(document.root(), path("gemini-3"), new Losses()), ASKING, new Losses());
        } catch (Unfit documented) {
          assertThat(documented.problem()).isNotBlank();
        }
      }
    }
  }

  private static byte[] damaged(String text, Random random) {
    byte[] damaged = Recordings.utf8(text);
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      damaged[random.nextInt(damaged.length)] = (byte) (32 + random.nextInt(95));
    }
    return damaged;
  }
}
