package dev.gatewayctl.runtime.cohere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Asking;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Unreadable;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.openai.ChatTranslation;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CohereTranslationTest {
  private static final CohereTranslation COHERE = CohereTranslation.INSTANCE;
  private static final Asking ASKING = new Asking(OptionalLong.empty(), "max_tokens", true);

  private static String fromChat(String chat, Losses losses) throws Unfit {
    if (!(JsonDocument.read(Recordings.utf8(chat))
        instanceof JsonDocument.Reading.Read(JsonDocument document))) {
      throw new IllegalArgumentException(chat);
    }
    return new String(
        COHERE.write(
            ChatTranslation.EXTENDED.read(document.root(), RequestPath.PLAIN, losses),
            ASKING,
            losses),
        StandardCharsets.UTF_8);
  }

  private static List<AnswerEvent> stream(byte[] bytes, int cut) throws Unreadable {
    List<AnswerEvent> events = new ArrayList<>();
    ProviderProtocol.Reader reader = COHERE.stream();
    reader.feed(bytes, 0, cut, events::add);
    reader.feed(bytes, cut, bytes.length, events::add);
    reader.finish(events::add);
    return events;
  }

  /// Recordings hold the data of each event; the service names each and ends with a mark.
  private static byte[] served(byte[] lines) {
    StringBuilder out = new StringBuilder();
    for (String line : new String(lines, StandardCharsets.UTF_8).strip().split("\n", -1)) {
      out.append("event: x\ndata: ").append(line).append("\n\n");
    }
    return Recordings.utf8(out.append("data: [DONE]\n\n").toString());
  }

  @Test
  void recordedStreamsSayTheSameHoweverTheyAreCut() throws Unreadable {
    Map<String, byte[]> recorded = Recordings.bytes("vercel-ai/cohere", ".chunks.txt");
    assertThat(recorded).hasSize(3);
    for (byte[] lines : recorded.values()) {
      byte[] bytes = served(lines);
      List<AnswerEvent> whole = stream(bytes, 0);
      assertThat(whole.getFirst()).isInstanceOf(AnswerEvent.Began.class);
      assertThat(whole.getLast()).isInstanceOf(AnswerEvent.Ended.class);
      for (int cut = 1; cut <= bytes.length; cut++) {
        assertThat(stream(bytes, cut)).as("cut at " + cut).isEqualTo(whole);
      }
    }
  }

  @Test
  void recordedCallsKeepTheirArgumentsAndOrdinals() throws Unreadable {
    byte[] lines =
        Recordings.bytes("vercel-ai/cohere", "cohere-tool-call.chunks.txt").values().stream()
            .findFirst()
            .orElseThrow();
    StringBuilder[] arguments = {new StringBuilder(), new StringBuilder()};
    List<String> names = new ArrayList<>();
    for (AnswerEvent event : stream(served(lines), 7)) {
      if (event instanceof AnswerEvent.CallBegan began) {
        names.add(began.ordinal() + began.name());
      } else if (event instanceof AnswerEvent.CallArguments(int _, int ordinal, String more)) {
        arguments[ordinal].append(more);
      } else if (event instanceof AnswerEvent.Finished finished) {
        assertThat(finished.reason()).isEqualTo(StopReason.TOOL_CALLS);
      } else if (event instanceof AnswerEvent.Counted counted) {
        assertThat(counted.usage().input()).hasValue(119);
        assertThat(counted.usage().output()).hasValue(44);
      }
    }
    assertThat(names).containsExactly("0weather", "1cityAttractions");
    assertThat(arguments[0].toString()).contains("San Francisco");
    assertThat(arguments[1].toString()).isEqualTo("{\"city\": \"San Francisco\"}");
  }

  @Test
  void argumentsThatAreNullAreNone() throws Unreadable {
    byte[] body =
        Recordings.bytes("vercel-ai/cohere", "cohere-null-args.json").values().stream()
            .findFirst()
            .orElseThrow();
    assertThat(COHERE.whole(body)).contains(new AnswerEvent.CallArguments(0, 0, "{}"));
  }

  @Test
  void requestsSayAllThatBothCan() throws Unfit {
    Losses losses = new Losses();
    String out =
        fromChat(
            """
            {"model":"c","max_tokens":5,"temperature":0.30,"top_p":0.9,"stop":["a"],"seed":7,
            "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],
            "tool_choice":"required","response_format":{"type":"json_object"},
            "messages":[{"role":"system","content":"s"},{"role":"user","content":"u"},
            {"role":"assistant","reasoning_content":"plan","tool_calls":[{"id":"i",
            "type":"function","function":{"name":"f","arguments":"{\\"n\\":1.0}"}}]},
            {"role":"tool","tool_call_id":"i","content":"r"}]}
            """,
            losses);
    assertThat(out)
        .isEqualTo(
            "{\"model\":\"c\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
                + "{\"role\":\"user\",\"content\":\"u\"},{\"role\":\"assistant\","
                + "\"tool_plan\":\"plan\",\"tool_calls\":[{\"id\":\"i\",\"type\":\"function\","
                + "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"n\\\":1.0}\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"i\",\"content\":\"r\"}],"
                + "\"stream\":false,\"tools\":[{\"type\":\"function\",\"function\":"
                + "{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}],"
                + "\"tool_choice\":\"REQUIRED\",\"max_tokens\":5,\"temperature\":0.30,\"p\":0.9,"
                + "\"seed\":7,\"stop_sequences\":[\"a\"],"
                + "\"response_format\":{\"type\":\"json_object\"}}");
    assertThat(losses.names()).isEmpty();
  }

  @Test
  void errorsAreTheirMessage() {
    AnswerEvent.ProviderError error =
        COHERE.error(429, Recordings.utf8("{\"id\":\"1\",\"message\":\"slow down\"}"));
    assertThat(error)
        .isEqualTo(new AnswerEvent.ProviderError(429, "rate_limit_error", "slow down"));
  }

  @Test
  void aStreamThatWasCutHasNoEndAndGarbageIsUnreadable() throws Unreadable {
    byte[] cut = Recordings.utf8("data: {\"type\":\"message-start\",\"id\":\"a\"}\n\n");
    assertThat(stream(cut, 3)).hasSize(1);
    assertThatThrownBy(() -> COHERE.whole(Recordings.utf8("<html>")))
        .isInstanceOf(Unreadable.class);
    assertThatThrownBy(() -> stream(Recordings.utf8("data: {\n\n"), 2))
        .isInstanceOf(Unreadable.class);
  }
}
