package dev.gatewayctl.runtime.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Writer;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Asking;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Unreadable;
import dev.gatewayctl.runtime.openai.ChatTranslation;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConverseTranslationTest {
  private static final ConverseTranslation CONVERSE = ConverseTranslation.INSTANCE;
  private static final String CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
  private static final Asking ASKING = new Asking(OptionalLong.empty(), "max_tokens", true);
  private static final Answering ANSWERING = new Answering("m", "x_12", 0, true, 0);

  private static String fromChat(String chat, Losses losses) throws Unfit {
    Conversation asked =
        ChatTranslation.EXTENDED.read(
            ConverseStreamTest.root(Recordings.utf8(chat)), RequestPath.PLAIN, losses);
    return utf8(CONVERSE.write(asked, ASKING, losses));
  }

  private static String chat(String model, String rest) {
    return "{\"model\":\"" + model + "\"," + rest + "}";
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// Results of parallel calls in messages of their own made Amazon refuse the conversation.
  @Test
  void consecutiveToolResultsAreMergedAndStandFirst() throws Unfit {
    Losses losses = new Losses();
    String out =
        fromChat(
            chat(
                CLAUDE,
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"messages\":["
                    + "{\"role\":\"user\",\"content\":\"go\"},"
                    + "{\"role\":\"assistant\",\"tool_calls\":["
                    + "{\"id\":\"a\",\"type\":\"function\",\"function\":"
                    + "{\"name\":\"f\",\"arguments\":\"{\\\"n\\\":1.0}\"}},"
                    + "{\"id\":\"b\",\"type\":\"function\",\"function\":"
                    + "{\"name\":\"f\",\"arguments\":\"\"}}]},"
                    + "{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"1\"},"
                    + "{\"role\":\"tool\",\"tool_call_id\":\"b\",\"content\":\"\"},"
                    + "{\"role\":\"user\",\"content\":\"and?\"}]"),
            losses);
    assertThat(out)
        .isEqualTo(
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"go\"}]},"
                + "{\"role\":\"assistant\",\"content\":["
                + "{\"toolUse\":{\"toolUseId\":\"a\",\"name\":\"f\",\"input\":{\"n\":1.0}}},"
                + "{\"toolUse\":{\"toolUseId\":\"b\",\"name\":\"f\",\"input\":{}}}]},"
                + "{\"role\":\"user\",\"content\":["
                + "{\"toolResult\":{\"toolUseId\":\"a\",\"content\":[{\"text\":\"1\"}]}},"
                + "{\"toolResult\":{\"toolUseId\":\"b\",\"content\":[{\"json\":{}}]}},"
                + "{\"text\":\"and?\"}]}],\"inferenceConfig\":{},"
                + "\"toolConfig\":{\"tools\":[{\"toolSpec\":{\"name\":\"f\",\"inputSchema\":"
                + "{\"json\":{\"type\":\"object\",\"properties\":{}}}}}]}}");
    assertThat(losses.names()).isEmpty();
  }

  /// Ids of other vendors made Amazon refuse the conversation; fixed on one side only, calls and
  /// results no longer met.
  @Test
  void idsThatAmazonRefusesAreReplacedOnBothSidesAndNeverCollide() throws Unfit {
    Losses losses = new Losses();
    String call =
        "{\"id\":\"%s\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}";
    String out =
        fromChat(
            chat(
                CLAUDE,
                "\"messages\":[{\"role\":\"user\",\"content\":\"x\"},"
                    + "{\"role\":\"assistant\",\"tool_calls\":["
                    + call.formatted("functions.f:0")
                    + ","
                    + call.formatted("functions.f.0")
                    + "]},{\"role\":\"tool\",\"tool_call_id\":\"functions.f.0\",\"content\":\"r\"},"
                    + "{\"role\":\"tool\",\"tool_call_id\":\"functions.f:0\",\"content\":\"s\"}]"),
            losses);
    List<String> ids = new ArrayList<>();
    java.util.regex.Matcher matcher =
        java.util.regex.Pattern.compile("\"toolUseId\":\"([^\"]*)\"").matcher(out);
    while (matcher.find()) {
      ids.add(matcher.group(1));
    }
    assertThat(ids).hasSize(4).allMatch(id -> id.matches("[a-zA-Z0-9_-]{1,64}"));
    assertThat(ids.get(0)).isEqualTo(ids.get(3)).isNotEqualTo(ids.get(1));
    assertThat(ids.get(1)).isEqualTo(ids.get(2));
    assertThat(losses.names()).containsExactly("calls of tools that are not offered");
    assertThat(out).contains("\"toolConfig\":{\"tools\":[{\"toolSpec\":{\"name\":\"f\"");
  }

  @Test
  void emptyTextsAndDescriptionsAreLeftOutAndNamesAreFitted() throws Unfit {
    Losses losses = new Losses();
    String out =
        fromChat(
            chat(
                CLAUDE,
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a.b\","
                    + "\"description\":\"\"}}],\"messages\":[{\"role\":\"system\",\"content\":\"\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\""
                    + " \"},{\"type\":\"text\",\"text\":\"hi\"}]}]"),
            losses);
    assertThat(out)
        .startsWith("{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}],")
        .containsPattern("\"name\":\"a_b_[0-9a-f]{12}\",\"inputSchema\"");
    assertThat(losses.names()).containsExactly("names of tools that Amazon refuses");
  }

  @Test
  void whatHasNoWordIsLostByName() throws Unfit {
    Losses losses = new Losses();
    fromChat(
        chat(
            "meta.llama3-70b",
            "\"n\":2,\"seed\":1,\"presence_penalty\":1,\"frequency_penalty\":1,\"logprobs\":true,"
                + "\"top_k\":4,\"temperature\":1.5,\"parallel_tool_calls\":false,"
                + "\"reasoning_effort\":\"high\",\"response_format\":{\"type\":\"json_object\"},"
                + "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\","
                + "\"cache_control\":{\"type\":\"ephemeral\"}},{\"type\":\"image_url\","
                + "\"image_url\":{\"url\":\"https://x/y.png\"}}]}]"),
        losses);
    assertThat(losses.names())
        .containsExactlyInAnyOrder(
            "n",
            "seed",
            "presence_penalty",
            "frequency_penalty",
            "logprobs",
            "top_k",
            "temperature above 1",
            "parallel_tool_calls",
            "thinking",
            "answer as any JSON object",
            "cache marks",
            "image by url");
  }

  /// The one-hour lifetime and the marks themselves got lost where texts were joined.
  @Test
  void cacheMarksBecomeCachePointsBehindTheirText() throws Unfit {
    Losses losses = new Losses();
    String out =
        fromChat(
            chat(
                CLAUDE,
                "\"messages\":[{\"role\":\"system\",\"content\":[{\"type\":\"text\",\"text\":\"s\","
                    + "\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}}]},"
                    + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\","
                    + "\"cache_control\":{\"type\":\"ephemeral\"}},"
                    + "{\"type\":\"text\",\"text\":\"b\"}]}]"),
            losses);
    assertThat(out)
        .startsWith(
            "{\"system\":[{\"text\":\"s\"},{\"cachePoint\":{\"type\":\"default\",\"ttl\":\"1h\"}}],"
                + "\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"a\"},"
                + "{\"cachePoint\":{\"type\":\"default\"}},{\"text\":\"b\"}]}]");
    assertThat(losses.names()).isEmpty();
  }

  @Test
  void schemasAreStringsAndSamplingStaysAsSpelled() throws Unfit {
    Losses losses = new Losses();
    String out =
        fromChat(
            chat(
                CLAUDE,
                "\"max_tokens\":50,\"temperature\":0.70,\"top_k\":5,\"stop\":[\"S\",\" \"],"
                    + "\"user\":\"u@x\",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{\"type\":"
                    + " \"object\"}}},\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]"),
            losses);
    assertThat(out)
        .endsWith(
            "\"inferenceConfig\":{\"maxTokens\":50,\"temperature\":0.70,\"stopSequences\":[\"S\"]},"
                + "\"outputConfig\":{\"textFormat\":{\"type\":\"json_schema\",\"structure\":{\"jsonSchema\":{\"schema\":\"{\\\"type\\\":"
                + " \\\"object\\\"}\",\"name\":\"n\"}}}},"
                + "\"additionalModelRequestFields\":{\"top_k\":5},"
                + "\"requestMetadata\":{\"user_id\":\"u@x\"}}");
    assertThat(losses.names()).containsExactly("stop sequences of white space");
  }

  @Test
  void thinkingIsToldAsEachVendorTakesIt() throws Unfit {
    String rest =
        "\"reasoning_effort\":\"low\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]";
    assertThat(fromChat(chat(CLAUDE, rest), new Losses()))
        .contains("\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2048}")
        .contains("\"maxTokens\":6144");
    assertThat(fromChat(chat("anthropic.claude-opus-4-6-v1", rest), new Losses()))
        .contains("\"thinking\":{\"type\":\"adaptive\"}")
        .contains("\"outputConfig\":{\"effort\":\"low\"}");
    assertThat(fromChat(chat("openai.gpt-oss-120b-1:0", rest), new Losses()))
        .contains("\"additionalModelRequestFields\":{\"reasoning_effort\":\"low\"}");
  }

  /// Whatever both sides can say survives being read and written.
  @Test
  void readingAndWritingKeepsTheConversation() throws Unfit {
    String body =
        "{\"system\":[{\"text\":\"s\"},{\"cachePoint\":{\"type\":\"default\"}}],\"messages\":["
            + "{\"role\":\"user\",\"content\":[{\"text\":\"u\"},"
            + "{\"image\":{\"format\":\"png\",\"source\":{\"bytes\":\"aGk=\"}}},{\"document\":{\"format\":\"pdf\",\"name\":\"d"
            + " 1\",\"source\":{\"bytes\":\"aGk=\"}}}]},"
            + "{\"role\":\"assistant\",\"content\":[{\"reasoningContent\":{\"reasoningText\":"
            + "{\"text\":\"t\",\"signature\":\"AA==\"}}},"
            + "{\"reasoningContent\":{\"redactedContent\":\"AA==\"}},{\"text\":\"a\"},"
            + "{\"toolUse\":{\"toolUseId\":\"i\",\"name\":\"n\",\"input\":{\"k\":1.50}}}]},"
            + "{\"role\":\"user\",\"content\":[{\"toolResult\":{\"toolUseId\":\"i\",\"content\":["
            + "{\"text\":\"r\"}],\"status\":\"error\"}},{\"cachePoint\":{\"type\":\"default\","
            + "\"ttl\":\"1h\"}}]}],\"inferenceConfig\":{\"maxTokens\":9,\"temperature\":0.5},"
            + "\"toolConfig\":{\"tools\":[{\"toolSpec\":{\"name\":\"n\",\"description\":\"f\","
            + "\"inputSchema\":{\"json\":{\"type\":\"object\"}}}},"
            + "{\"cachePoint\":{\"type\":\"default\"}}],\"toolChoice\":{\"any\":{}}},"
            + "\"outputConfig\":{\"textFormat\":{\"type\":\"json_schema\",\"structure\":"
            + "{\"jsonSchema\":{\"schema\":\"{}\",\"name\":\"n\"}}}},"
            + "\"additionalModelRequestFields\":{\"top_k\":5},"
            + "\"requestMetadata\":{\"team\":\"x\"}}";
    Losses losses = new Losses();
    Conversation read =
        CONVERSE.read(
            ConverseStreamTest.root(Recordings.utf8(body)),
            new RequestPath(Optional.of(CLAUDE), true),
            losses);
    assertThat(read.stream()).isTrue();
    assertThat(utf8(CONVERSE.write(read, ASKING, losses))).isEqualTo(body);
    assertThat(losses.names()).isEmpty();
  }

  private static List<AnswerEvent> events(byte[] stream, int size) throws Unreadable {
    List<AnswerEvent> events = new ArrayList<>();
    ProviderProtocol.Reader reader = CONVERSE.stream();
    for (int at = 0; at < stream.length; at += size) {
      reader.feed(stream, at, Math.min(stream.length, at + size), events::add);
    }
    reader.finish(events::add);
    return events;
  }

  private static byte[] written(List<AnswerEvent> events) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Writer writer = CONVERSE.stream(ANSWERING);
    events.forEach(event -> out.writeBytes(writer.write(event)));
    return out.toByteArray();
  }

  /// The events with fragments of one text put together: where one block ends and the next of its
  /// kind begins is not told. Counts that say nothing are left out.
  private static List<AnswerEvent> united(List<AnswerEvent> events) {
    List<AnswerEvent> united = new ArrayList<>();
    for (AnswerEvent event : events) {
      AnswerEvent last = united.isEmpty() ? null : united.getLast();
      if (event instanceof AnswerEvent.Text(int _, String more)
          && last instanceof AnswerEvent.Text(int choice, String text)) {
        united.set(united.size() - 1, new AnswerEvent.Text(choice, text + more));
      } else if (!(event instanceof AnswerEvent.Counted)) {
        united.add(event);
      }
    }
    return united;
  }

  @Test
  void recordedStreamsSayTheSameAfterBeingReadAndWritten() throws Unreadable {
    for (byte[] stream : ConverseStreamTest.streams().values()) {
      List<AnswerEvent> events = events(stream, stream.length);
      assertThat(events(stream, 1)).isEqualTo(events);
      assertThat(events).last().isInstanceOf(AnswerEvent.Ended.class);
      byte[] again = written(events);
      assertThat(united(events(again, 3))).isEqualTo(united(events));
    }
  }

  @Test
  void recordedAnswersSayTheSameAfterBeingReadAndWritten() throws Unreadable {
    int seen = 0;
    for (Recordings.Recording recording : Recordings.converse()) {
      if (recording.answer().contains("stopReason")) {
        List<AnswerEvent> events = CONVERSE.whole(Recordings.utf8(recording.answer()));
        byte[] again = CONVERSE.whole(events, ANSWERING);
        assertThat(united(CONVERSE.whole(again))).as(recording.name()).isEqualTo(united(events));
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(20);
  }

  /// Calls that another protocol runs side by side come one after the other, and the second one as
  /// soon as the first is whole.
  @Test
  void callsSideBySideAreWrittenOneAfterTheOther() throws Unreadable {
    Writer writer = CONVERSE.stream(ANSWERING);
    List<AnswerEvent> events =
        List.of(
            new AnswerEvent.Began(Optional.empty(), Optional.empty()),
            new AnswerEvent.CallBegan(0, 0, Optional.of("a"), "f", Optional.empty()),
            new AnswerEvent.CallBegan(0, 1, Optional.empty(), "g", Optional.empty()),
            new AnswerEvent.CallArguments(0, 1, "{\"y\":"),
            new AnswerEvent.CallArguments(0, 0, "{\"x\":\"}\""),
            new AnswerEvent.CallArguments(0, 0, "}"),
            new AnswerEvent.CallArguments(0, 1, "2}"),
            new AnswerEvent.Finished(
                0, AnswerEvent.StopReason.TOOL_CALLS, "tool_calls", Optional.empty()),
            new AnswerEvent.Ended());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (AnswerEvent event : events) {
      out.writeBytes(writer.write(event));
    }
    String lines = ConverseStreamTest.lines(out.toByteArray());
    assertThat(lines)
        .startsWith(
            """
            {"messageStart":{"role":"assistant"}}
            {"contentBlockStart":{"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"a","name":"f"}}}}
            {"contentBlockDelta":{"contentBlockIndex":0,"delta":{"toolUse":{"input":"{\\"x\\":\\"}\\""}}}}
            {"contentBlockDelta":{"contentBlockIndex":0,"delta":{"toolUse":{"input":"}"}}}}
            {"contentBlockStop":{"contentBlockIndex":0}}
            {"contentBlockStart":{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"tooluse_12_1","name":"g"}}}}
            {"contentBlockDelta":{"contentBlockIndex":1,"delta":{"toolUse":{"input":"{\\"y\\":"}}}}
            {"contentBlockDelta":{"contentBlockIndex":1,"delta":{"toolUse":{"input":"2}"}}}}
            {"contentBlockStop":{"contentBlockIndex":1}}
            {"messageStop":{"stopReason":"tool_use"}}
            {"metadata":{"usage":\
            """);
  }

  @Test
  void exceptionsAreErrorsAndACutStreamHasNoEnd() throws Unreadable {
    byte[] failed =
        ConverseStreamTest.framed(
            ConverseStreamTest.text(0, "a"), "{\"throttlingException\":{\"message\":\"slow\"}}");
    assertThat(events(failed, 5))
        .last()
        .isEqualTo(
            new AnswerEvent.Failed(
                new AnswerEvent.ProviderError(429, "throttlingException", "slow")));
    assertThat(ConverseStreamTest.lines(written(events(failed, 5))))
        .endsWith("{\"throttlingException\":{\"message\":\"slow\"}}\n");
    byte[] cut = ConverseStreamTest.framed(ConverseStreamTest.text(0, "a"));
    assertThat(events(cut, 5)).last().isInstanceOf(AnswerEvent.Text.class);
    assertThat(CONVERSE.error(400, Recordings.utf8("{\"message\":\"no\"}")))
        .isEqualTo(new AnswerEvent.ProviderError(400, "ValidationException", "no"));
  }

  @Test
  void theProvidersGarbageIsUnreadableAndNothingElse() {
    assertThatThrownBy(() -> CONVERSE.whole(Recordings.utf8("<html>")))
        .isInstanceOf(Unreadable.class);
    assertThatThrownBy(() -> CONVERSE.whole(Recordings.utf8("{\"output\":{}}")))
        .isInstanceOf(Unreadable.class);
    assertThatThrownBy(() -> events(Recordings.utf8("<html>a bad gateway</html>"), 4))
        .isInstanceOf(Unreadable.class);
    long seed = 99;
    Random random = new Random(seed);
    byte[] whole =
        ConverseStreamTest.framed(
            ConverseStreamTest.start("assistant"),
            ConverseStreamTest.text(0, "a"),
            ConverseStreamTest.end("end_turn"),
            ConverseStreamTest.METADATA);
    for (int round = 0; round < 5_000; round++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      try {
        events(damaged, 1 + random.nextInt(50));
      } catch (Unreadable unreadable) {
        assertThat(unreadable.getMessage()).as("seed " + seed).isNotBlank();
      }
    }
  }
}
