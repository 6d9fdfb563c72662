package dev.gatewayctl.runtime.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.Mask;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class MessagesRequestTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static RequestBody request(String body) {
    return ((RequestBody.Reading.Read)
            MessagesDialect.INSTANCE.request(utf8(body), RequestPath.PLAIN))
        .request();
  }

  private static String with(String members) {
    return "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":10," + members + "}";
  }

  private static String user(String blocks) {
    return with("\"messages\":[{\"role\":\"user\",\"content\":[" + blocks + "]}]");
  }

  /// Texts of each location, but for those that say nothing but the protocol's own words.
  private static List<String> at(RequestBody request, Location location) {
    return request.pieces().stream()
        .filter(piece -> piece.location() == location)
        .map(piece -> piece.text().string())
        .toList();
  }

  private static TextPiece piece(RequestBody request, String text) {
    return request.pieces().stream()
        .filter(piece -> piece.text().string().equals(text))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyTextStandsInItsLocation() {
    RequestBody request =
        request(
            with(
                "\"system\":[{\"type\":\"text\",\"text\":\"sys\",\"cache_control\":{\"type\":"
                    + "\"ephemeral\",\"ttl\":\"1h\"}}],\"tools\":[{\"name\":\"f\",\"description\":\"does"
                    + " f\",\"input_schema\":{\"type\":\"object\",\"properties\":{\"p\":{\"description\":\"a"
                    + " p\",\"enum\":[\"e\"]}}}}],\"messages\":["
                    + "{\"role\":\"user\",\"content\":\"first\"},{\"role\":\"assistant\","
                    + "\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":"
                    + "\"c2ln\"},{\"type\":\"text\",\"text\":\"yes\"},{\"type\":\"tool_use\",\"id\":"
                    + "\"toolu_1\",\"name\":\"f\",\"input\":{\"p\":[\"arg\",4111]}}]},{\"role\":"
                    + "\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_1\","
                    + "\"content\":[{\"type\":\"text\",\"text\":\"res\"},{\"type\":\"document\","
                    + "\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":"
                    + "\"page\"}}]}]},{\"role\":\"system\",\"content\":\"now\"},{\"role\":\"user\","
                    + "\"content\":[{\"type\":\"document\",\"title\":\"ttl\",\"source\":{\"type\":"
                    + "\"content\",\"content\":[{\"type\":\"text\",\"text\":\"doc\"}]}},{\"type\":"
                    + "\"search_result\",\"source\":\"src\",\"title\":\"hit\",\"content\":[{\"type\":"
                    + "\"text\",\"text\":\"found\"}]},{\"type\":\"text\",\"text\":\"last\"}]}],"
                    + "\"metadata\":{\"user_id\":\"u1\"},\"stop_sequences\":[\"END\"]"));
    assertThat(at(request, Location.SYSTEM)).containsExactly("sys", "now");
    assertThat(at(request, Location.TOOL_DEFINITION)).contains("f", "does f", "p", "a p", "e");
    assertThat(at(request, Location.USER)).containsExactly("first", "last");
    assertThat(at(request, Location.REASONING)).containsExactly("hm");
    assertThat(at(request, Location.ASSISTANT)).containsExactly("yes");
    assertThat(at(request, Location.TOOL_CALL)).containsExactly("f", "p", "arg", "4111");
    assertThat(at(request, Location.TOOL_RESULT)).containsExactly("res", "page");
    assertThat(at(request, Location.DOCUMENT))
        .containsExactlyInAnyOrder("ttl", "doc", "src", "hit", "found");
    assertThat(at(request, Location.METADATA)).contains("u1", "END", "toolu_1");
    assertThat(request.system()).isEqualTo("sys\nnow");
    assertThat(request.lastUser()).isEqualTo("last");
    assertThat(request.turns()).isEqualTo(2);
    assertThat(request.toolNames()).containsExactly("f");
    assertThat(request.metadata()).containsExactly(entry("user_id", "u1"));
    assertThat(request.opaque()).isEmpty();
    assertThat(piece(request, "first").latest()).isFalse();
    assertThat(piece(request, "res").latest()).isTrue();
  }

  @Test
  void aBegunAnswerAtTheEndDoesNotMakeTheQuestionOld() {
    RequestBody request =
        request(
            with(
                "\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\","
                    + "\"content\":\"a\"}]"));
    assertThat(piece(request, "q").latest()).isTrue();
    assertThat(piece(request, "a").latest()).isTrue();
  }

  @Test
  void mediaReferencesAndSealedContentAreOpaque() {
    RequestBody request =
        request(
            user(
                "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\","
                    + "\"data\":\"iVBORw0K\"}},{\"type\":\"document\",\"source\":{\"type\":\"url\","
                    + "\"url\":\"https://h/d.pdf\"}},{\"type\":\"redacted_thinking\",\"data\":"
                    + "\"c2Vj\"},{\"type\":\"container_upload\",\"file_id\":\"file_1\"},{\"type\":"
                    + "\"web_search_tool_result\",\"tool_use_id\":\"s\",\"content\":[{\"type\":"
                    + "\"web_search_result\",\"title\":\"page\",\"url\":\"https://h\","
                    + "\"encrypted_content\":\"QUJD\"}]},{\"type\":\"hologram\",\"text\":\"boo\"}"));
    assertThat(request.opaque())
        .contains(
            new Opaque("image", false), new Opaque("document", true), new Opaque("opaque", false));
    assertThat(at(request, Location.REFERENCE))
        .containsExactly("https://h/d.pdf", "file_1", "https://h");
    assertThat(at(request, Location.TOOL_RESULT)).containsExactly("page");
    assertThat(at(request, Location.USER)).containsExactly("boo");
    assertThat(at(request, Location.METADATA)).contains("hologram").doesNotContain("QUJD");
  }

  @Test
  void textWhereSealedContentBelongsIsLookedAt() {
    RequestBody request =
        request(user("{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"my secret is\"}"));
    assertThat(at(request, Location.METADATA)).containsExactly("my secret is");
  }

  @Test
  void unknownMembersAreTextWithTheirNames() {
    RequestBody request =
        request(with("\"messages\":[],\"hidden\":{\"note\":\"psst\"},\"top_k\":\"forty\""));
    assertThat(at(request, Location.METADATA)).containsExactly("hidden", "note", "psst", "forty");
    assertThat(piece(request, "hidden").rewritable(0, 6)).isFalse();
    assertThat(piece(request, "psst").rewritable(0, 4)).isTrue();
  }

  @Test
  void whatIsNoRequestIsRefusedWithItsPlace() {
    Map<String, String> cases = new LinkedHashMap<>();
    cases.put("", "the body is not JSON: it is empty (byte 0)");
    cases.put("[]", "the body is not an object");
    cases.put("{\"model\":", "the body is not JSON: it ends too early (byte 9)");
    cases.put("{\"model\":1}", "`model` is not a string");
    cases.put("{\"max_tokens\":1}", "`model` is missing");
    cases.put("{\"model\":\"m\",\"max_tokens\":1}", "`messages` is missing");
    cases.put("{\"model\":\"m\",\"messages\":[]}", "`max_tokens` is missing");
    cases.put(
        "{\"model\":\"a\",\"model\":\"b\"}",
        "the body is not JSON: a member stands twice in one object (byte 13)");
    cases.put(with("\"messages\":{}"), "`messages` is not a list");
    cases.put(with("\"messages\":[1]"), "`messages[0]` is not an object");
    cases.put(with("\"messages\":[{\"content\":\"\"}]"), "`messages[0].role` is missing");
    cases.put(
        with("\"messages\":[{\"role\":\"tool\",\"content\":\"\"}]"),
        "`messages[0].role` is none of `user`, `assistant` and `system`");
    cases.put(with("\"messages\":[{\"role\":\"user\"}]"), "`messages[0].content` is missing");
    cases.put(
        with("\"messages\":[{\"role\":\"user\",\"content\":7}]"),
        "`messages[0].content` is neither a string nor a list of blocks");
    cases.put(user("\"text\""), "`messages[0].content[0]` is not an object");
    cases.put(user("{\"text\":\"a\"}"), "`messages[0].content[0].type` is missing");
    cases.put(user("{\"type\":[]}"), "`messages[0].content[0].type` is not a string");
    cases.put(user("{\"type\":\"image\"}"), "`messages[0].content[0].source` is missing");
    cases.put(
        user("{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"data\":\"not base64!\"}}"),
        "`messages[0].content[0].source.data` is not base64");
    cases.put(
        user("{\"type\":\"text\",\"text\":\"\\ud800\"}"),
        "the body is not JSON: half of a surrogate pair is escaped (byte 106)");
    cases.put(with("\"messages\":[],\"stream\":1"), "`stream` is neither true nor false");
    cases.put(with("\"messages\":[],\"temperature\":\"1\""), "`temperature` is not a number");
    cases.put(with("\"messages\":[],\"tools\":{}"), "`tools` is not a list");
    cases.put(with("\"messages\":[],\"metadata\":\"u\""), "`metadata` is not an object");
    cases.put(
        with("\"messages\":[],\"fallbacks\":[]"),
        "`fallbacks` would let the provider choose another model; leave it out");
    cases.put(
        with("\"messages\":[],\"tools\":[{\"type\":\"advisor_1\",\"model\":\"x\"}]"),
        "`tools[0].model` would let the provider run another model; leave it out");
    cases.put(
        with("\"messages\":" + "[".repeat(300) + "]".repeat(300)),
        "the body is not JSON: it is nested more than 200 deep (byte 255)");
    cases.forEach(
        (body, message) ->
            assertThat(MessagesDialect.INSTANCE.request(utf8(body), RequestPath.PLAIN))
                .as(body)
                .isInstanceOfSatisfying(
                    RequestBody.Reading.Refused.class,
                    refused -> assertThat(refused.message()).isEqualTo(message)));
  }

  @Test
  void capsAreSplicedAndABudgetForThoughtsGivesWay() {
    String body =
        "{\"model\":\"m\", \"max_tokens\" : 32000,\"thinking\":{\"type\":\"enabled\","
            + "\"budget_tokens\": 16000},\"temperature\":1.0,\"messages\":[]}";
    RequestBody request = request(body);
    assertThat(request.maxTokens()).hasValue(32_000);
    assertThat(write(request, RequestEdits.NONE.withMaxTokens(40_000, "max_tokens")))
        .isEqualTo(body);
    assertThat(write(request, RequestEdits.NONE.withMaxTokens(8_000, "x")))
        .isEqualTo(body.replace("32000", "8000").replace("16000", "4000"));
    assertThat(write(request, RequestEdits.NONE.withMaxTokens(500, "x")))
        .isEqualTo(
            body.replace("32000", "500")
                .replace(
                    "{\"type\":\"enabled\",\"budget_tokens\": 16000}", "{\"type\":\"disabled\"}"));
    RequestEdits clamp =
        RequestEdits.NONE.withTemperature(OptionalDouble.empty(), OptionalDouble.of(0.5));
    assertThat(write(request, clamp)).isEqualTo(body.replace("1.0", "0.5"));
  }

  @Test
  void aTemperatureIsAddedOnlyForModelsThatTakeOne() {
    RequestEdits clamp =
        RequestEdits.NONE.withTemperature(OptionalDouble.empty(), OptionalDouble.of(0.5));
    String body = with("\"messages\":[]");
    assertThat(write(request(body), clamp)).isEqualTo(with("\"messages\":[],\"temperature\":0.5"));
    assertThat(write(request(body), clamp.withModel("claude-opus-4-7")))
        .isEqualTo(body.replace("claude-sonnet-4-5", "claude-opus-4-7"));
  }

  @Test
  void masksAreSplicedIntoTheirTextsOnly() {
    String body = user("{\"type\":\"text\",\"text\":\"a \\u0053ecret\", \"x\" : null}");
    RequestBody request = request(body);
    TextPiece piece = piece(request, "a Secret");
    List<Mask> masks = List.of(new Mask(piece, 2, 8, "[\"X\"]"));
    assertThat(write(request, RequestEdits.NONE.withMasks(masks)))
        .isEqualTo(body.replace("\\u0053ecret", "[\\\"X\\\"]"));
  }

  private static String write(RequestBody request, RequestEdits edits) {
    return new String(request.write(edits), StandardCharsets.UTF_8);
  }

  @Test
  void aCountHasNoCapAndNoStream() {
    String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}";
    RequestBody request =
        ((RequestBody.Reading.Read)
                CountTokensDialect.INSTANCE.request(utf8(body), RequestPath.PLAIN))
            .request();
    assertThat(request.maxTokens()).hasValue(0);
    assertThat(request.stream()).isFalse();
    assertThat(write(request, RequestEdits.NONE.withMaxTokens(5, "max_tokens"))).isEqualTo(body);
    assertThat(new String(AnthropicBody.count(9), StandardCharsets.UTF_8))
        .isEqualTo("{\"input_tokens\":9}");
  }

  @Test
  void errorsHaveTheTypesThatOfficialClientsKnow() {
    List<String> types = new ArrayList<>();
    for (int status : new int[] {400, 401, 403, 404, 405, 408, 413, 415, 429, 500, 502, 503, 504}) {
      Dialect.ErrorAnswer answer =
          MessagesDialect.INSTANCE.error(
              new Dialect.ProtocolError(status, "policy_denied", "no", "exc_1"));
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.head().first("request-id")).isEqualTo("exc_1");
      String body = new String(answer.body(), StandardCharsets.UTF_8);
      String head = "{\"type\":\"error\",\"error\":{\"type\":\"";
      assertThat(body).startsWith(head).endsWith("\"request_id\":\"exc_1\"}");
      types.add(body.substring(head.length(), body.indexOf('"', head.length())));
    }
    assertThat(types)
        .containsExactly(
            "invalid_request_error",
            "authentication_error",
            "permission_error",
            "not_found_error",
            "invalid_request_error",
            "timeout_error",
            "request_too_large",
            "invalid_request_error",
            "rate_limit_error",
            "api_error",
            "api_error",
            "overloaded_error",
            "timeout_error");
  }

  @Test
  void theModelListIsOnePage() {
    Instant created = Instant.parse("2026-01-02T03:04:05.678Z");
    assertThat(new String(AnthropicBody.models(List.of("a", "b"), created), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"data\":[{\"type\":\"model\",\"id\":\"a\",\"display_name\":\"a\",\"created_at\":"
                + "\"2026-01-02T03:04:05Z\"},{\"type\":\"model\",\"id\":\"b\",\"display_name\":"
                + "\"b\",\"created_at\":\"2026-01-02T03:04:05Z\"}],\"has_more\":false,"
                + "\"first_id\":\"a\",\"last_id\":\"b\"}");
    assertThat(new String(AnthropicBody.models(List.of(), created), StandardCharsets.UTF_8))
        .isEqualTo("{\"data\":[],\"has_more\":false,\"first_id\":null,\"last_id\":null}");
  }
}
