package dev.gatewayctl.runtime.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Writer;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Asking;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Unreadable;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class OllamaTranslationTest {
  private static final OllamaTranslation OLLAMA = OllamaTranslation.INSTANCE;
  private static final Asking ASKING = new Asking(OptionalLong.empty(), "max_tokens", true);
  private static final Answering ANSWERING = new Answering("m", "x_12", 0, true, 0);

  private static final String LINES =
      """
      {"model":"q","created_at":"1970-01-01T00:00:00Z","message":{"role":"assistant","content":"","thinking":"hm"},"done":false}
      {"model":"q","created_at":"1970-01-01T00:00:00Z","message":{"role":"assistant","content":"gr\u00fc\u00df"},"done":false}
      {"model":"q","created_at":"1970-01-01T00:00:00Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":{"n":1.0}}},{"function":{"name":"f","arguments":{}}}]},"done":false}
      {"model":"q","created_at":"1970-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":7,"eval_count":3}
      """;

  private static Conversation read(String body, Losses losses) throws Unfit {
    if (!(JsonDocument.read(Recordings.utf8(body))
        instanceof JsonDocument.Reading.Read(JsonDocument document))) {
      throw new IllegalArgumentException(body);
    }
    return OLLAMA.read(document.root(), RequestPath.PLAIN, losses);
  }

  private static List<AnswerEvent> stream(byte[] bytes, int cut) throws Unreadable {
    List<AnswerEvent> events = new ArrayList<>();
    ProviderProtocol.Reader reader = OLLAMA.stream();
    reader.feed(bytes, 0, cut, events::add);
    reader.feed(bytes, cut, bytes.length, events::add);
    reader.finish(events::add);
    return events;
  }

  private static String lines(List<AnswerEvent> events) {
    StringBuilder out = new StringBuilder();
    Writer writer = OLLAMA.stream(ANSWERING);
    for (AnswerEvent event : events) {
      out.append(new String(writer.write(event), StandardCharsets.UTF_8));
    }
    return out.toString();
  }

  @Test
  void requestsSurviveTheRoundTrip() throws Unfit {
    String body =
        "{\"model\":\"q\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
            + "{\"role\":\"user\",\"content\":\"u\",\"images\":[\"iVBORw0KGgo=\"]},"
            + "{\"role\":\"assistant\",\"content\":\"\",\"thinking\":\"t\",\"tool_calls\":["
            + "{\"function\":{\"name\":\"f\",\"arguments\":{\"n\":1.0}}},"
            + "{\"function\":{\"name\":\"g\",\"arguments\":{}}}]},"
            + "{\"role\":\"tool\",\"tool_name\":\"g\",\"content\":\"1\"},"
            + "{\"role\":\"tool\",\"tool_name\":\"f\",\"content\":\"2\"}],\"stream\":false,"
            + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
            + "\"description\":\"d\",\"parameters\":{\"type\":\"object\"}}}],"
            + "\"options\":{\"num_predict\":9,\"temperature\":0.50,\"top_k\":4,\"seed\":1,"
            + "\"stop\":[\"x\"]},\"format\":{\"type\":\"object\"},\"think\":\"high\"}";
    Losses losses = new Losses();
    byte[] written = OLLAMA.write(read(body, losses), ASKING, losses);
    assertThat(new String(written, StandardCharsets.UTF_8)).isEqualTo(body);
    assertThat(losses.names()).isEmpty();
  }

  /// A result without an id goes to the first call of its tool that waits for one.
  @Test
  void callsGetTheSameIdsEachTimeAndResultsFindThem() throws Unfit {
    String turn =
        "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":["
            + "{\"function\":{\"name\":\"f\",\"arguments\":{}}},"
            + "{\"function\":{\"name\":\"f\",\"arguments\":{}}}]},"
            + "{\"role\":\"tool\",\"tool_name\":\"f\",\"content\":\"1\"},"
            + "{\"role\":\"tool\",\"content\":\"2\"}";
    Conversation asked =
        read("{\"model\":\"q\",\"messages\":[" + turn + "," + turn + "]}", new Losses());
    assertThat(asked.stream()).isTrue();
    List<String> ids = new ArrayList<>();
    asked.turns().forEach(said -> said.parts().forEach(part -> ids.add(id(part))));
    assertThat(ids)
        .containsExactly(
            "call_0", "call_1", "call_0", "call_1", "call_2", "call_3", "call_2", "call_3");
    assertThatThrownBy(
            () ->
                read(
                    "{\"model\":\"q\",\"messages\":[{\"role\":\"tool\",\"content\":\"\"}]}",
                    new Losses()))
        .isInstanceOf(Unfit.class);
  }

  private static String id(Part part) {
    return switch (part) {
      case Part.ToolCall call -> call.id();
      case Part.ToolResult result -> result.callId();
      case Part.Text _, Part.Refusal _, Part.Media _, Part.Reasoning _, Part.HiddenReasoning _ ->
          "none";
    };
  }

  @Test
  void streamsSayTheSameHoweverTheyAreCutAndAreWrittenAgainAsTheyWere() throws Unreadable {
    byte[] bytes = Recordings.utf8(LINES);
    List<AnswerEvent> whole = stream(bytes, 0);
    assertThat(whole)
        .contains(
            new AnswerEvent.CallArguments(0, 0, "{\"n\":1.0}"),
            new AnswerEvent.Finished(0, StopReason.TOOL_CALLS, "stop", Optional.empty()));
    for (int cut = 1; cut <= bytes.length; cut++) {
      assertThat(stream(bytes, cut)).as("cut at " + cut).isEqualTo(whole);
    }
    assertThat(lines(whole)).isEqualTo(LINES);
  }

  /// Arguments came as an empty object where fragments of a call were not put together.
  @Test
  void fragmentsOfArgumentsAreOneObject() {
    List<AnswerEvent> events =
        List.of(
            new AnswerEvent.Began(Optional.empty(), Optional.of("q")),
            new AnswerEvent.CallBegan(0, 0, Optional.of("i"), "f", Optional.empty()),
            new AnswerEvent.CallArguments(0, 0, "{\"n\""),
            new AnswerEvent.CallArguments(0, 0, ":1.0}"),
            new AnswerEvent.Finished(0, StopReason.TOOL_CALLS, "tool_calls", Optional.empty()),
            new AnswerEvent.Ended());
    assertThat(lines(events)).contains("\"arguments\":{\"n\":1.0}").endsWith("\"stop\"}\n");
    assertThat(new String(OLLAMA.whole(events, ANSWERING), StandardCharsets.UTF_8))
        .contains("\"arguments\":{\"n\":1.0}")
        .contains("\"done\":true,\"done_reason\":\"stop\"");
  }

  @Test
  void anErrorIsALineAndTheLastOne() throws Unreadable {
    List<AnswerEvent> events = stream(Recordings.utf8("{\"error\":\"out of memory\"}\n{}\n"), 4);
    assertThat(events).hasSize(1);
    assertThat(lines(events)).isEqualTo("{\"error\":\"out of memory\"}\n");
  }

  @Test
  void aStreamThatWasCutHasNoEndAndGarbageIsUnreadable() throws Unreadable {
    byte[] cut =
        Recordings.utf8("{\"model\":\"q\",\"message\":{\"content\":\"a\"},\"done\":false}\n");
    assertThat(stream(cut, 3)).hasSize(2).noneMatch(AnswerEvent.Ended.class::isInstance);
    assertThatThrownBy(() -> OLLAMA.whole(cut)).isInstanceOf(Unreadable.class);
    assertThatThrownBy(() -> stream(Recordings.utf8("<html>\n"), 2)).isInstanceOf(Unreadable.class);
  }
}
