package dev.gatewayctl.runtime.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Reader;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Unreadable;
import dev.gatewayctl.runtime.wire.Recordings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers of providers of the chat protocol and of its dialects, read into events.
class ChatProviderTest {
  private static List<AnswerEvent> stream(String... data) throws Unreadable {
    StringBuilder body = new StringBuilder();
    for (String event : data) {
      body.append("data: ").append(event).append("\n\n");
    }
    return raw(body.toString());
  }

  private static List<AnswerEvent> raw(String body) throws Unreadable {
    List<AnswerEvent> events = new ArrayList<>();
    Reader reader = ChatTranslation.INSTANCE.stream();
    byte[] bytes = Recordings.utf8(body);
    reader.feed(bytes, 0, bytes.length, events::add);
    reader.finish(events::add);
    return events;
  }

  private static String delta(String members) {
    return "{\"choices\":[{\"index\":0,\"delta\":{" + members + "}}]}";
  }

  private static String call(String members) {
    return delta("\"tool_calls\":[{" + members + "}]");
  }

  private static AnswerEvent.CallBegan began(int ordinal, String id, String name) {
    return new AnswerEvent.CallBegan(
        0, ordinal, id.isEmpty() ? Optional.empty() : Optional.of(id), name, Optional.empty());
  }

  private static AnswerEvent.CallArguments arguments(int ordinal, String fragment) {
    return new AnswerEvent.CallArguments(0, ordinal, fragment);
  }

  private static List<AnswerEvent> calls(List<AnswerEvent> events) {
    return events.stream()
        .filter(e -> e instanceof AnswerEvent.CallBegan || e instanceof AnswerEvent.CallArguments)
        .toList();
  }

  @Test
  void continuationWithoutIdAndNameGoesOnWithItsCall() throws Unreadable {
    List<AnswerEvent> events =
        stream(
            call("\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}"),
            call("\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\"}"),
            call("\"index\":0,\"function\":{\"arguments\":\"{1\"}"),
            call("\"index\":1,\"function\":{\"arguments\":\"{2\"}"),
            call("\"index\":0,\"function\":{\"arguments\":\"}\"}"));
    assertThat(calls(events))
        .containsExactly(
            began(0, "a", "f"),
            began(1, "b", "g"),
            arguments(0, "{1"),
            arguments(1, "{2"),
            arguments(0, "}"));
  }

  @Test
  void fragmentsWithoutIndexBelongToTheCallOfTheirIdOrToTheLast() throws Unreadable {
    List<AnswerEvent> events =
        stream(
            call("\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"1\"}"),
            call("\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"2\"}"),
            call("\"id\":\"a\",\"function\":{\"arguments\":\"3\"}"),
            call("\"function\":{\"arguments\":\"4\"}"));
    assertThat(calls(events))
        .containsExactly(
            began(0, "a", "f"),
            arguments(0, "1"),
            began(1, "b", "g"),
            arguments(1, "2"),
            arguments(0, "3"),
            arguments(1, "4"));
  }

  @Test
  void parallelCallsOfOneIndexAreSeveralWhenTheirIdsDiffer() throws Unreadable {
    List<AnswerEvent> events =
        stream(
            delta(
                "\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\","
                    + "\"arguments\":\"{}\"}},{\"index\":0,\"id\":\"b\",\"function\":{"
                    + "\"name\":\"f\",\"arguments\":\"{}\"}}]"));
    assertThat(calls(events))
        .containsExactly(
            began(0, "a", "f"), arguments(0, "{}"), began(1, "b", "f"), arguments(1, "{}"));
  }

  @Test
  void callsWithoutIdsAndIndexesAreCountedAndTheirObjectsSpelled() throws Unreadable {
    List<AnswerEvent> events =
        stream(
            call("\"function\":{\"name\":\"f\",\"arguments\":{\"n\": 1.0}}"),
            call("\"function\":{\"name\":\"f\",\"arguments\":{}}"));
    assertThat(calls(events))
        .containsExactly(
            began(0, "", "f"), arguments(0, "{\"n\": 1.0}"), began(1, "", "f"), arguments(1, "{}"));
  }

  @Test
  void argumentsThatComeBeforeTheirNameWaitForIt() throws Unreadable {
    List<AnswerEvent> events =
        stream(
            call("\"index\":0,\"id\":\"a\",\"function\":{\"arguments\":\"{\"}"),
            call("\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"}\"}"));
    assertThat(calls(events))
        .containsExactly(began(0, "a", "f"), arguments(0, "{"), arguments(0, "}"));
  }

  @Test
  void legacyFunctionCallIsACallWithoutId() throws Unreadable {
    List<AnswerEvent> events =
        stream(
            delta("\"function_call\":{\"name\":\"f\",\"arguments\":\"\"}"),
            delta("\"function_call\":{\"arguments\":\"{}\"}"),
            "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"function_call\"}]}",
            "[DONE]");
    assertThat(calls(events)).containsExactly(began(0, "", "f"), arguments(0, "{}"));
    assertThat(events)
        .contains(
            new AnswerEvent.Finished(0, StopReason.TOOL_CALLS, "function_call", Optional.empty()));
  }

  @Test
  void stopAfterACallMeansTheCall() throws Unreadable {
    List<AnswerEvent> events =
        stream(
            call("\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}"),
            "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
    assertThat(events.getLast())
        .isEqualTo(new AnswerEvent.Finished(0, StopReason.TOOL_CALLS, "stop", Optional.empty()));
  }

  @Test
  void usageOnTheLastChoiceChunkIsCounted() throws Unreadable {
    List<AnswerEvent> events =
        stream(
            delta("\"content\":\"x\""),
            "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],"
                + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}",
            "[DONE]");
    assertThat(events.get(events.size() - 2))
        .isInstanceOfSatisfying(
            AnswerEvent.Counted.class, counted -> assertThat(counted.usage().input()).hasValue(3));
    assertThat(events.getLast()).isEqualTo(new AnswerEvent.Ended());
  }

  @Test
  void azuresFramesWithoutChoicesSayNothing() throws Unreadable {
    assertThat(
            stream(
                "{\"id\":\"\",\"model\":\"\",\"choices\":[],\"prompt_filter_results\":[]}",
                "{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{"
                    + "\"content\":\"x\"}}]}",
                "{\"id\":\"\",\"model\":\"\",\"choices\":[{\"index\":0,\"delta\":{},"
                    + "\"content_filter_offsets\":{}}]}"))
        .containsExactly(
            new AnswerEvent.Began(Optional.of("c"), Optional.of("m")),
            new AnswerEvent.Text(0, "x"));
  }

  @Test
  void commentsAndNamedErrorsAreReadAsSuch() throws Unreadable {
    List<AnswerEvent> events =
        raw(
            ": OPENROUTER PROCESSING\n\ndata: "
                + delta("\"content\":\"x\"")
                + "\n\nevent: error\ndata: {\"error\":{\"message\":\"busy\",\"code\":503}}\n\n"
                + "data: "
                + delta("\"content\":\"never\"")
                + "\n\n");
    assertThat(events)
        .containsExactly(
            new AnswerEvent.Began(Optional.empty(), Optional.empty()),
            new AnswerEvent.Text(0, "x"),
            new AnswerEvent.Failed(new AnswerEvent.ProviderError(503, "server_error", "busy")));
  }

  @Test
  void thoughtsAreToldOnceInWhicheverMembersTheyStand() throws Unreadable {
    assertThat(
            stream(
                delta(
                    "\"reasoning\":\"a\",\"reasoning_details\":[{\"type\":\"reasoning.text\","
                        + "\"text\":\"a\",\"index\":0}]"),
                delta("\"reasoning_content\":\"b\",\"reasoning\":\"b\""),
                delta(
                    "\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\","
                        + "\"text\":\"c\"}]},{\"type\":\"text\",\"text\":\"d\"}]"),
                delta(
                    "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"signature\":\"s\"},"
                        + "{\"type\":\"reasoning.encrypted\",\"data\":\"h\"}]")))
        .containsExactly(
            new AnswerEvent.Began(Optional.empty(), Optional.empty()),
            new AnswerEvent.Reasoning(0, "a"),
            new AnswerEvent.Reasoning(0, "b"),
            new AnswerEvent.Reasoning(0, "c"),
            new AnswerEvent.Text(0, "d"),
            new AnswerEvent.ReasoningSigned(0, "s"),
            new AnswerEvent.HiddenReasoning(0, "h"));
  }

  @Test
  void aStreamThatIsCutHasNoEnd() throws Unreadable {
    assertThat(stream(delta("\"content\":\"x\"")))
        .doesNotContain(new AnswerEvent.Ended())
        .noneMatch(event -> event instanceof AnswerEvent.Finished);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html><body>502 Bad Gateway</body></html>",
        "",
        "[]",
        "{\"choices\":[{\"message\":{\"content\":\"cut",
        "{\"id\":1}",
        "{\"choices\":{}}"
      })
  void garbageIsUnreadable(String body) {
    assertThatThrownBy(() -> ChatTranslation.INSTANCE.whole(Recordings.utf8(body)))
        .isInstanceOf(Unreadable.class)
        .hasMessageNotContaining("Bad Gateway");
  }

  @Test
  void errorsKeepTheirCodeAndAPageSaysOnlyItsStatus() {
    assertThat(
            ChatTranslation.INSTANCE.error(
                429,
                Recordings.utf8(
                    "{\"error\":{\"message\":\"no money\",\"type\":\"insufficient_quota\","
                        + "\"param\":null,\"code\":\"credit_balance_exhausted\"}}")))
        .isEqualTo(new AnswerEvent.ProviderError(429, "credit_balance_exhausted", "no money"));
    assertThat(
            ChatTranslation.INSTANCE.error(
                401, Recordings.utf8("{\"error\":{\"code\":\"401\",\"message\":\"bad key\"}}")))
        .isEqualTo(new AnswerEvent.ProviderError(401, "authentication_error", "bad key"));
    assertThat(
            ChatTranslation.INSTANCE.error(
                422,
                Recordings.utf8(
                    "{\"object\":\"error\",\"message\":\"wrong\",\"type\":\"invalid\",\"code\":\"1\"}")))
        .isEqualTo(new AnswerEvent.ProviderError(422, "invalid", "wrong"));
    assertThat(ChatTranslation.INSTANCE.error(502, Recordings.utf8("<html>secret</html>")))
        .isEqualTo(
            new AnswerEvent.ProviderError(
                502, "server_error", "the provider answered with status 502"));
  }

  @Test
  void damagedStreamsAreUnreadableAtWorst() {
    long seed = 20_261_124;
    Random random = new Random(seed);
    int unreadable = 0;
    List<Recordings.Recording> streams = Recordings.streams();
    for (int round = 0; round < 2_000; round++) {
      byte[] bytes = Recordings.utf8(streams.get(random.nextInt(streams.size())).answer()).clone();
      int length = Math.min(bytes.length, 4_000);
      for (int i = 0; i < 4; i++) {
        bytes[random.nextInt(length)] = (byte) "{}[]\",:0 \n\\dx\u0080".charAt(random.nextInt(14));
      }
      List<AnswerEvent> events = new ArrayList<>();
      Reader reader = ChatTranslation.INSTANCE.stream();
      try {
        reader.feed(bytes, 0, length, events::add);
        reader.finish(events::add);
      } catch (Unreadable expected) {
        unreadable++;
      }
    }
    assertThat(unreadable).as("seed " + seed).isBetween(100, 1_999);
  }
}
