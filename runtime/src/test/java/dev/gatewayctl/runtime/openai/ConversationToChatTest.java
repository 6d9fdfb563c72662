package dev.gatewayctl.runtime.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.ProviderDialect;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.Role;
import dev.gatewayctl.runtime.conversation.Conversation.Sampling;
import dev.gatewayctl.runtime.conversation.Conversation.Thinking;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.Part.Media;
import dev.gatewayctl.runtime.conversation.Part.Media.Kind;
import dev.gatewayctl.runtime.conversation.Part.Media.Source;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Asking;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What other protocols say and the chat protocol says otherwise, or not at all.
class ConversationToChatTest {
  private static final Asking ASKING =
      new Asking(OptionalLong.empty(), "max_completion_tokens", true);

  private final Losses losses = new Losses();

  private static Conversation conversation(
      List<String> stop, Optional<Thinking> thinking, Turn... turns) {
    Sampling sampling =
        new Sampling(
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            stop,
            OptionalLong.empty(),
            Optional.empty());
    return new Conversation(
        "m",
        false,
        List.of(),
        List.of(turns),
        List.of(),
        Optional.empty(),
        sampling,
        Optional.empty(),
        thinking,
        Optional.empty(),
        Map.of());
  }

  private String written(Conversation conversation) {
    return new String(
        ChatTranslation.INSTANCE.write(conversation, ASKING, losses), StandardCharsets.UTF_8);
  }

  private String messages(Turn... turns) {
    String body = written(conversation(List.of(), Optional.empty(), turns));
    return body.substring("{\"model\":\"m\",\"messages\":".length(), body.length() - 1);
  }

  private static Turn user(Part... parts) {
    return new Turn(Role.USER, List.of(parts));
  }

  private static Turn assistant(Part... parts) {
    return new Turn(Role.ASSISTANT, List.of(parts));
  }

  private static Part.ToolCall call(String id) {
    return new Part.ToolCall(id, "f", "{}", Optional.empty(), Optional.empty());
  }

  private static Part.ToolResult result(String id, boolean failed, Part... content) {
    return new Part.ToolResult(id, Optional.empty(), List.of(content), failed, Optional.empty());
  }

  private static Media media(Kind kind, Source source) {
    return new Media(
        kind, Optional.empty(), source, Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Test
  void idsThatAreTooLongStayTheSameForTheCallAndItsResult() {
    String id = "functions.lookup:0/" + "x".repeat(60);
    String body = messages(assistant(call(id)), user(result(id, false, Part.Text.of("r"))));
    String made = body.substring(body.indexOf("\"id\":\"") + 6, body.indexOf("\",\"type\""));
    assertThat(made).hasSizeLessThanOrEqualTo(40).matches("[a-zA-Z0-9_-]+");
    assertThat(body).contains("\"tool_call_id\":\"" + made + "\"");
    assertThat(losses.names()).isEmpty();
  }

  @Test
  void resultsFollowTheirCallsAtOnceAndTheirMediaFollowThem() {
    assertThat(
            messages(
                user(
                    Part.Text.of("first"),
                    result("a", false, Part.Text.of("1"), media(Kind.IMAGE, new Source.Url("u"))),
                    result("b", true))))
        .isEqualTo(
            """
            [{"role":"tool","tool_call_id":"a","content":"1"},\
            {"role":"tool","tool_call_id":"b","content":""},\
            {"role":"user","content":[{"type":"image_url","image_url":{"url":"u"}},\
            {"type":"text","text":"first"}]}]\
            """);
    assertThat(losses.names())
        .containsExactly(
            "mark of a failed tool",
            "order of results and texts",
            "place of media in a tool's result");
  }

  @Test
  void mediaWithoutAWordAreLostAndPlainDocumentsAreText() {
    assertThat(
            messages(
                user(
                    media(Kind.IMAGE, new Source.Stored("i")),
                    media(Kind.VIDEO, new Source.Url("v")),
                    media(Kind.AUDIO, new Source.Url("a")),
                    media(Kind.DOCUMENT, new Source.Url("d")))))
        .isEqualTo("[]");
    assertThat(losses.names())
        .containsExactly("audio by url", "document by url", "image by id", "video");
    assertThat(messages(user(media(Kind.DOCUMENT, new Source.PlainText("t")))))
        .isEqualTo("[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"t\"}]}]");
  }

  @Test
  void inlineMediaOfNoTypeAreKnownByTheirBeginning() {
    assertThat(
            messages(
                user(
                    media(Kind.IMAGE, new Source.Inline("/9j/4AAQ")),
                    media(Kind.DOCUMENT, new Source.Inline("JVBERi0xLjQ=")))))
        .contains(
            "\"data:image/jpeg;base64,/9j/4AAQ\"",
            "{\"filename\":\"document.pdf\",\"file_data\":\"data:application/pdf;base64,");
  }

  @Test
  void textsAfterCallsComeBeforeThemAndSaySo() {
    assertThat(messages(assistant(call("a"), Part.Text.of("then"))))
        .startsWith("[{\"role\":\"assistant\",\"content\":\"then\",\"tool_calls\":");
    assertThat(losses.names()).containsExactly("order of texts and calls");
  }

  @Test
  void onlyFourStopSequencesAreTaken() {
    assertThat(written(conversation(List.of("a", "b", "c", "d", "e"), Optional.empty())))
        .contains("\"stop\":[\"a\",\"b\",\"c\",\"d\"]");
    assertThat(losses.names()).containsExactly("stop sequences beyond 4");
  }

  @ParameterizedTest
  @CsvSource({"0,none", "1024,low", "8192,medium", "32000,high"})
  void budgetsOfThinkingBecomeEfforts(long budget, String effort) {
    Thinking thinking = new Thinking(Optional.empty(), OptionalLong.of(budget), Optional.empty());
    assertThat(written(conversation(List.of(), Optional.of(thinking))))
        .contains("\"reasoning_effort\":\"" + effort + "\"");
    assertThat(losses.names()).containsExactly("budget of tokens for thinking");
  }

  @Test
  void onlyThoseGetMoreWhoTakeIt() {
    assertThat(ChatTranslation.of(ProviderDialect.OPENAI)).isSameAs(ChatTranslation.INSTANCE);
    assertThat(ChatTranslation.of(ProviderDialect.GENERIC)).isSameAs(ChatTranslation.INSTANCE);
    assertThat(ChatTranslation.of(ProviderDialect.OPENROUTER)).isSameAs(ChatTranslation.EXTENDED);
  }
}
