package dev.gatewayctl.runtime.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.OutputFormat;
import dev.gatewayctl.runtime.conversation.Conversation.Role;
import dev.gatewayctl.runtime.conversation.Conversation.Sampling;
import dev.gatewayctl.runtime.conversation.Conversation.Thinking;
import dev.gatewayctl.runtime.conversation.Conversation.Tool;
import dev.gatewayctl.runtime.conversation.Conversation.ToolChoice;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.Part.CacheMark;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Asking;
import dev.gatewayctl.runtime.conversation.RawJson;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// Conversations written as requests of the messages protocol.
class WrittenMessagesTest {
  private static final Asking UNKNOWN = new Asking(OptionalLong.empty(), "max_tokens", false);
  private static final Optional<CacheMark> MARK = Optional.of(new CacheMark(Optional.of("1h")));
  private static final Optional<CacheMark> NO_MARK = Optional.empty();

  /// A conversation in the making.
  private static final class Asked {
    private final List<Part.Text> system = new ArrayList<>();
    private final List<Turn> turns = new ArrayList<>();
    private final List<Tool> tools = new ArrayList<>();
    private final String model;
    private Optional<ToolChoice> choice = Optional.empty();
    private Sampling sampling = sampling(OptionalLong.empty());
    private Optional<OutputFormat> format = Optional.empty();
    private Optional<Thinking> thinking = Optional.empty();

    private Asked(String model) {
      this.model = model;
    }

    private Asked user(Part... parts) {
      turns.add(new Turn(Role.USER, List.of(parts)));
      return this;
    }

    private Asked assistant(Part... parts) {
      turns.add(new Turn(Role.ASSISTANT, List.of(parts)));
      return this;
    }

    private Asked tool(String name) {
      tools.add(
          new Tool(name, Optional.of(""), Optional.empty(), Optional.empty(), Optional.empty()));
      return this;
    }

    private Asked thinking(String effort) {
      thinking =
          Optional.of(new Thinking(Optional.of(effort), OptionalLong.empty(), Optional.empty()));
      return this;
    }

    private Conversation conversation() {
      return new Conversation(
          model,
          false,
          system,
          turns,
          tools,
          choice,
          sampling,
          format,
          thinking,
          Optional.empty(),
          Map.of());
    }

    /// What is written; the dialect must read it as a request.
    private String written(Losses losses) {
      byte[] body = MessagesTranslation.INSTANCE.write(conversation(), UNKNOWN, losses);
      assertThat(MessagesDialect.INSTANCE.request(body, RequestPath.PLAIN))
          .isInstanceOf(RequestBody.Reading.Read.class);
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private static Sampling sampling(OptionalLong maxTokens) {
    return new Sampling(
        maxTokens,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        OptionalLong.empty(),
        Optional.empty());
  }

  private static Sampling sampled(String temperature, String topP) {
    return new Sampling(
        OptionalLong.of(100),
        Optional.of(temperature),
        Optional.of(topP),
        Optional.of("40"),
        Optional.of("0.5"),
        Optional.empty(),
        Optional.of("7"),
        List.of(" ", "END"),
        OptionalLong.of(2),
        Optional.of(false));
  }

  private static Part.Text text(String text) {
    return Part.Text.of(text);
  }

  private static Part.ToolCall call(String id, String arguments) {
    return new Part.ToolCall(id, "f", arguments, Optional.empty(), NO_MARK);
  }

  private static Part.ToolResult result(String id, Part... content) {
    return new Part.ToolResult(id, Optional.empty(), List.of(content), false, NO_MARK);
  }

  @Test
  void resultsOfParallelCallsStandFirstInOneMessage() {
    String written =
        new Asked("claude-sonnet-4-6")
            .user(text("go"))
            .assistant(call("a", "{\"x\": 1.50}"), call("b", ""))
            .user(text("and"))
            .user(result("a", text("1")))
            .user(result("b", text("2")), text("then"))
            .written(new Losses());
    assertThat(written)
        .contains(
            "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{\"x\":"
                + " 1.50}},{\"type\":\"tool_use\",\"id\":\"b\",\"name\":\"f\","
                + "\"input\":{}}]},{\"role\":\"user\",\"content\":["
                + "{\"type\":\"tool_result\",\"tool_use_id\":\"a\",\"content\":\"1\"},"
                + "{\"type\":\"tool_result\",\"tool_use_id\":\"b\",\"content\":\"2\"},"
                + "{\"type\":\"text\",\"text\":\"and\"},{\"type\":\"text\",\"text\":\"then\"}]}]");
  }

  @Test
  void blankTextsAndEmptyResultsDoNotMakeTheRequestRefused() {
    Asked asked =
        new Asked("claude-sonnet-4-6")
            .user(text(""), text("go"))
            .assistant(text(" \n"), call("a", "{}"))
            .user(result("a", text("")))
            .assistant(text("so \n"));
    asked.system.add(text(""));
    assertThat(asked.written(new Losses()))
        .endsWith(
            "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"go\"}]},"
                + "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"a\","
                + "\"name\":\"f\",\"input\":{}}]},{\"role\":\"user\",\"content\":["
                + "{\"type\":\"tool_result\",\"tool_use_id\":\"a\"}]},"
                + "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"so\"}]}]}")
        .doesNotContain("system");
  }

  @Test
  void idsOfOtherVendorsAreMadeToFitOnBothSidesAndStayApart() {
    Asked asked =
        new Asked("claude-sonnet-4-6")
            .user(text("go"))
            .assistant(call("functions.f:0", "{}"), call("functions_f:0", "{}"), call("ok-1", "{}"))
            .user(
                result("functions.f:0", text("1")),
                result("functions_f:0", text("2")),
                result("ok-1", text("3")));
    String written = asked.written(new Losses());
    List<String> ids = new ArrayList<>();
    java.util.regex.Matcher found =
        java.util.regex.Pattern.compile("\"(?:id|tool_use_id)\":\"([^\"]*)\"").matcher(written);
    while (found.find()) {
      ids.add(found.group(1));
    }
    assertThat(ids).hasSize(6).allMatch(id -> id.matches("[a-zA-Z0-9_-]+"));
    assertThat(ids.subList(0, 3)).isEqualTo(ids.subList(3, 6)).doesNotHaveDuplicates();
    assertThat(ids).contains("ok-1").contains("functions_f_0_" + ids.get(0).substring(14));
    assertThat(asked.written(new Losses())).isEqualTo(written);
    // The id that was made is there already: another conversation cannot make two of them one.
    Asked taken = new Asked("claude").user(text("go")).assistant(call(ids.get(0), "{}"));
    taken.assistant(call("functions.f:0", "{}"));
    assertThat(taken.written(new Losses()).split(ids.get(0) + "\"", -1)).hasSize(2);
  }

  @Test
  void cacheMarksSurviveWhereSystemPartsAreMany() {
    Asked asked = new Asked("claude-sonnet-4-6").user(new Part.Text("q", MARK));
    asked.system.add(text("one"));
    asked.system.add(new Part.Text("two", MARK));
    assertThat(asked.written(new Losses()))
        .contains(
            "\"system\":[{\"type\":\"text\",\"text\":\"one\"},{\"type\":\"text\",\"text\":\"two\","
                + "\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}}]")
        .contains("\"text\":\"q\",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}}");
  }

  @Test
  void noMoreThanFourCacheMarksAreWritten() {
    Asked asked = new Asked("claude-sonnet-4-6");
    for (int i = 0; i < 6; i++) {
      asked.user(new Part.Text("t" + i, MARK));
    }
    Losses losses = new Losses();
    String written = asked.written(losses);
    assertThat(written.split("cache_control", -1)).hasSize(5);
    assertThat(written).contains("\"t5\",\"cache_control\"").contains("\"t1\"},");
    assertThat(losses.names()).containsExactly("cache marks beyond 4");
  }

  @Test
  void samplingParametersAreDroppedForModelsThatRefuseThem() {
    for (String model : List.of("claude-opus-4-7", "us.anthropic.claude-opus-5-v1:0", "claude-x")) {
      Asked asked = new Asked(model).user(text("q"));
      asked.sampling = sampled("0.2", "0.9");
      Losses losses = new Losses();
      assertThat(asked.written(losses)).doesNotContain("temperature").doesNotContain("\"top_");
      assertThat(losses.names())
          .contains("temperature", "top_p", "top_k", "seed", "presence_penalty", "n")
          .contains("stop sequences of white space");
    }
    assertThat(ClaudeModels.refusesSampling("claude-opus-4-7", "2023-06-01")).isTrue();
    assertThat(ClaudeModels.refusesSampling("claude-sonnet-4-5", "2023-06-01")).isFalse();
    assertThat(ClaudeModels.refusesSampling("claude-sonnet-4-5", "2026-10-21")).isTrue();
    assertThat(ClaudeModels.refusesSampling("kimi-k2", "2023-06-01")).isFalse();
  }

  @Test
  void temperatureIsClampedAndStandsAloneWhereOnlyOneMayBeThere() {
    Asked asked = new Asked("claude-sonnet-4-5").user(text("q"));
    asked.sampling = sampled("1.70", "0.9");
    Losses losses = new Losses();
    assertThat(asked.written(losses))
        .contains("\"temperature\":1,\"top_k\":40,\"stop_sequences\":[\"END\"]")
        .doesNotContain("top_p");
    assertThat(losses.names()).contains("temperature above 1", "top_p");
    Asked older = new Asked("claude-3-5-haiku-latest").user(text("q"));
    older.sampling = sampled("0.70", "0.90");
    assertThat(older.written(new Losses())).contains("\"temperature\":0.70,\"top_p\":0.90");
  }

  @Test
  void maxTokensIsAlwaysThere() {
    Asked asked = new Asked("claude-sonnet-4-5").user(text("q"));
    assertThat(asked.written(new Losses())).contains("\"max_tokens\":4096");
    Asking known = new Asking(OptionalLong.of(8_192), "max_tokens", false);
    assertThat(utf8(asked.conversation(), known)).contains("\"max_tokens\":8192");
    asked.sampling = sampling(OptionalLong.of(100_000));
    assertThat(utf8(asked.conversation(), known)).contains("\"max_tokens\":8192");
    assertThat(asked.written(new Losses())).contains("\"max_tokens\":100000");
  }

  private static String utf8(Conversation conversation, Asking asking) {
    return new String(
        MessagesTranslation.INSTANCE.write(conversation, asking, new Losses()),
        StandardCharsets.UTF_8);
  }

  @Test
  void effortIsSaidAsEachModelTakesIt() {
    assertThat(new Asked("claude-opus-4-7").user(text("q")).thinking("xhigh").written(new Losses()))
        .contains("\"thinking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"xhigh\"}");
    assertThat(
            new Asked("claude-sonnet-4-6").user(text("q")).thinking("xhigh").written(new Losses()))
        .contains("\"output_config\":{\"effort\":\"high\"}");
    assertThat(
            new Asked("claude-sonnet-4-6").user(text("q")).thinking("none").written(new Losses()))
        .contains("\"thinking\":{\"type\":\"disabled\"}")
        .doesNotContain("output_config");
    assertThat(new Asked("claude-sonnet-4-5").user(text("q")).thinking("low").written(new Losses()))
        .contains("\"max_tokens\":6144")
        .contains("\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2048}");
    Losses losses = new Losses();
    assertThat(new Asked("claude-3-haiku").user(text("q")).thinking("low").written(losses))
        .doesNotContain("thinking");
    assertThat(losses.names()).containsExactly("thinking");
  }

  @Test
  void aBudgetFitsBelowTheCapAndThoughtsGiveWayToWhatForbidsThem() {
    Asked tight = new Asked("claude-sonnet-4-5").user(text("q")).thinking("high");
    tight.sampling = sampling(OptionalLong.of(4_000));
    assertThat(tight.written(new Losses())).contains("\"budget_tokens\":2000");
    tight.sampling = sampling(OptionalLong.of(1_500));
    assertThat(tight.written(new Losses())).doesNotContain("budget_tokens");
    Asked forced = new Asked("claude-sonnet-4-6").user(text("q")).tool("f").thinking("high");
    forced.choice = Optional.of(new ToolChoice.Required());
    Losses losses = new Losses();
    assertThat(forced.written(losses))
        .contains("\"tool_choice\":{\"type\":\"any\"}")
        .doesNotContain("adaptive");
    assertThat(losses.names()).containsExactly("thinking before a forced call");
    Asked resumed =
        new Asked("claude-sonnet-4-5")
            .user(text("q"))
            .assistant(call("a", "{}"))
            .user(result("a", text("1")))
            .thinking("high");
    assertThat(resumed.written(new Losses())).doesNotContain("budget_tokens");
  }

  @Test
  void thoughtsGoBackOnlyWithTheSignatureOfThisVendor() {
    Losses losses = new Losses();
    String written =
        new Asked("claude-sonnet-4-6")
            .user(text("q"))
            .assistant(
                new Part.Reasoning("mine", Optional.of("c2ln"), Optional.empty()),
                new Part.HiddenReasoning("c2Vj", Optional.empty()),
                new Part.Reasoning("unsigned", Optional.empty(), Optional.empty()),
                new Part.HiddenReasoning("other", Optional.of("rs_1")),
                text("a"))
            .user(text("q"))
            .written(losses);
    assertThat(written)
        .contains(
            "{\"type\":\"thinking\",\"thinking\":\"mine\",\"signature\":\"c2ln\"},"
                + "{\"type\":\"redacted_thinking\",\"data\":\"c2Vj\"},{\"type\":\"text\"")
        .doesNotContain("unsigned")
        .doesNotContain("other");
    assertThat(losses.names()).containsExactly("thoughts of earlier turns");
  }

  @Test
  void toolsHaveAnObjectSchemaAndNoEmptyDescription() {
    Asked asked = new Asked("claude-sonnet-4-6").user(text("q")).tool("f");
    asked.tools.add(
        new Tool(
            "g",
            Optional.of("does g"),
            Optional.of(RawJson.of("{\"properties\":{\"a\":{\"type\":\"string\"}}}")),
            Optional.of(true),
            MARK));
    asked.sampling = sampled("0", "1");
    assertThat(asked.written(new Losses()))
        .contains(
            "\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}},{\"name\":\"g\",\"description\":\"does"
                + " g\",\"input_schema\":{\"type\":\"object\","
                + "\"properties\":{\"a\":{\"type\":\"string\"}}},\"strict\":true,\"cache_control\":")
        .contains("\"tool_choice\":{\"type\":\"auto\",\"disable_parallel_tool_use\":true}");
  }

  @Test
  void aSchemaOfTheAnswerIsWrittenWhereTheModelKnowsSchemas() {
    Asked asked = new Asked("claude-sonnet-4-5").user(text("q"));
    asked.format =
        Optional.of(
            new OutputFormat.Schema("s", RawJson.of("{\"type\": \"object\"}"), Optional.empty()));
    assertThat(asked.written(new Losses()))
        .contains(
            "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":"
                + " \"object\"}}}");
    asked.format = Optional.of(new OutputFormat.AnyJson());
    Losses losses = new Losses();
    assertThat(asked.written(losses)).doesNotContain("output_config");
    assertThat(losses.names()).containsExactly("answer as any JSON object");
  }

  @Test
  void mediaBecomeBlocksAndWhatHasNoneIsLost() {
    Losses losses = new Losses();
    String written =
        new Asked("claude-sonnet-4-6")
            .user(
                media(Part.Media.Kind.IMAGE, "", new Part.Media.Source.Inline("/9j/AA==")),
                media(Part.Media.Kind.IMAGE, "", new Part.Media.Source.Url("https://h/i.png")),
                media(Part.Media.Kind.DOCUMENT, "text/csv", new Part.Media.Source.Inline("YSxi")),
                media(Part.Media.Kind.DOCUMENT, "", new Part.Media.Source.Inline("JVBERg==")),
                media(Part.Media.Kind.AUDIO, "audio/wav", new Part.Media.Source.Inline("AAAA")))
            .written(losses);
    assertThat(written)
        .contains(
            "\"source\":{\"type\":\"base64\",\"media_type\":\"image/jpeg\",\"data\":\"/9j/AA==\"}")
        .contains("\"source\":{\"type\":\"url\",\"url\":\"https://h/i.png\"}")
        .contains("\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"a,b\"}")
        .contains("\"media_type\":\"application/pdf\"");
    assertThat(losses.names()).containsExactly("audio");
  }

  private static Part.Media media(Part.Media.Kind kind, String type, Part.Media.Source source) {
    return new Part.Media(
        kind,
        Optional.of(type).filter(word -> !word.isEmpty()),
        source,
        Optional.empty(),
        Optional.empty(),
        NO_MARK);
  }

  @Test
  void argumentsThatAreNoObjectStandInOne() {
    Losses losses = new Losses();
    assertThat(
            new Asked("claude-sonnet-4-6")
                .user(text("q"))
                .assistant(call("a", "{\"cut\":"))
                .user(result("a", text("?")))
                .written(losses))
        .contains("\"input\":{\"arguments\":\"{\\\"cut\\\":\"}");
    assertThat(losses.names()).containsExactly("arguments that are no JSON object");
  }

  @Test
  void aFailedToolThatSaysNothingIsNoError() {
    Losses losses = new Losses();
    Part.ToolResult silent = new Part.ToolResult("a", Optional.empty(), List.of(), true, NO_MARK);
    assertThat(
            new Asked("claude-sonnet-4-6")
                .user(text("q"))
                .assistant(call("a", "{}"))
                .user(silent)
                .written(losses))
        .doesNotContain("is_error");
    assertThat(losses.names()).containsExactly("mark of a failed tool");
  }

  @Test
  void instructionsAloneBecomeATurnOfTheUser() {
    Asked asked = new Asked("claude-sonnet-4-6");
    asked.system.add(text("say hi"));
    assertThat(asked.written(new Losses()))
        .endsWith(
            "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"say"
                + " hi\"}]}]}");
  }

  @Test
  void whatIsReadIsWrittenAgainWithAllThatBothCanSay() throws Exception {
    String body =
        "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":900,\"tools\":[{\"name\":\"f\","
            + "\"description\":\"d\",\"input_schema\":{\"type\":\"object\"},\"strict\":true,"
            + "\"cache_control\":{\"type\":\"ephemeral\"}}],\"system\":[{\"type\":\"text\","
            + "\"text\":\"s1\"},{\"type\":\"text\",\"text\":\"s2\",\"cache_control\":{\"type\":"
            + "\"ephemeral\",\"ttl\":\"1h\"}}],\"messages\":[{\"role\":\"user\",\"content\":["
            + "{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\","
            + "\"data\":\"doc\"},\"title\":\"t\"},{\"type\":\"image\",\"source\":{\"type\":"
            + "\"file\",\"file_id\":\"file_1\"}}]},{\"role\":\"assistant\",\"content\":[{\"type\":"
            + "\"thinking\",\"thinking\":\"h\",\"signature\":\"c2ln\"},{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"f\",\"input\":{\"n\":"
            + " 1.0}}]},{\"role\":\"user\","
            + "\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_1\",\"content\":["
            + "{\"type\":\"text\",\"text\":\"r\"},{\"type\":\"image\",\"source\":{\"type\":"
            + "\"url\",\"url\":\"https://h/i\"}}],\"is_error\":true}]}],\"tool_choice\":{\"type\":"
            + "\"auto\",\"disable_parallel_tool_use\":true},\"temperature\":0.50,"
            + "\"stop_sequences\":[\"X\"],\"output_config\":{\"format\":{\"type\":\"json_schema\","
            + "\"schema\":{\"type\":\"object\"}}},\"metadata\":{\"user_id\":\"u\"},\"stream\":true}";
    Losses losses = new Losses();
    JsonDocument document =
        ((JsonDocument.Reading.Read) JsonDocument.read(body.getBytes(StandardCharsets.UTF_8)))
            .document();
    Conversation read =
        MessagesTranslation.INSTANCE.read(document.root(), RequestPath.PLAIN, losses);
    assertThat(utf8(read, UNKNOWN)).isEqualTo(body);
    assertThat(losses.names()).isEmpty();
  }

  @Test
  void whatNoOtherProtocolHasIsALossByName() throws Exception {
    Losses losses = new Losses();
    Conversation read =
        MessagesTranslation.INSTANCE.read(
            ((JsonDocument.Reading.Read)
                    JsonDocument.read(
                        ("{\"model\":\"m\",\"max_tokens\":5,\"cache_control\":{\"type\":"
                                + "\"ephemeral\"},\"service_tier\":\"auto\",\"speed\":\"fast\","
                                + "\"secret_member\":1,\"tools\":[{\"type\":\"web_search_1\"}],"
                                + "\"thinking\":{\"type\":\"adaptive\",\"display\":\"omitted\"},"
                                + "\"output_config\":{\"effort\":\"max\"},\"messages\":["
                                + "{\"role\":\"user\",\"content\":[{\"type\":\"search_result\","
                                + "\"source\":\"s\",\"title\":\"t\",\"content\":[{\"type\":"
                                + "\"text\",\"text\":\"found\"}]}]},{\"role\":\"system\","
                                + "\"content\":\"now\"},{\"role\":\"user\",\"content\":\"q\"}]}")
                            .getBytes(StandardCharsets.UTF_8)))
                .document()
                .root(),
            RequestPath.PLAIN,
            losses);
    assertThat(losses.names())
        .containsExactly(
            "place of a system message between turns",
            "source of a search result",
            "speed",
            "tools of the provider",
            "unknown members");
    assertThat(read.system()).containsExactly(Part.Text.of("now"));
    assertThat(read.thinking())
        .contains(new Thinking(Optional.of("max"), OptionalLong.empty(), Optional.of(false)));
    assertThat(read.turns().getLast().parts())
        .containsExactly(new Part.Text("q", Optional.of(new CacheMark(Optional.empty()))));
  }
}
