package dev.gatewayctl.runtime.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.wire.Mask;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatRequestTest {
  private static final String MINIMAL =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";

  @Test
  void aMinimalRequestHasItsDefaults() {
    RequestBody request = read(MINIMAL);
    assertThat(request.model()).isEqualTo("m");
    assertThat(request.stream()).isFalse();
    assertThat(request.includeUsage()).isFalse();
    assertThat(request.maxTokens()).isEmpty();
    assertThat(request.temperature()).isEmpty();
    assertThat(request.choices()).isEqualTo(1);
    assertThat(request.reasoning()).isEmpty();
    assertThat(request.metadata()).isEmpty();
    assertThat(request.toolNames()).isEmpty();
    assertThat(request.modalities()).containsExactly("text");
    assertThat(request.turns()).isEqualTo(1);
    assertThat(request.text()).isEqualTo("hello");
    assertThat(request.lastUser()).isEqualTo("hello");
    assertThat(request.system()).isEmpty();
  }

  @Test
  void everyTextHasItsLocation() {
    RequestBody request =
        read(
            """
            {"model":"m","metadata":{"case":"c-1","level":7},"user":"u-1",
             "messages":[
              {"role":"developer","content":"be brief"},
              {"role":"user","name":"ann","content":[
                {"type":"text","text":"look"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},
                {"type":"image_url","image_url":{"url":"https://x.example/a.png"}},
                {"type":"input_audio","input_audio":{"data":"BBBB","format":"wav"}},
                {"type":"file","file":{"file_data":"CCCC","filename":"plan.pdf"}}]},
              {"role":"assistant","content":null,"reasoning_content":"let me see",
               "tool_calls":[{"id":"call_1","type":"function",
                 "function":{"name":"find","arguments":"{\\"q\\":\\"red\\"}"}}]},
              {"role":"tool","tool_call_id":"call_1","content":"found"},
              {"role":"user","content":"and now?","x_note":"deep"}],
             "tools":[{"type":"function","function":{"name":"find","description":"finds things",
               "parameters":{"type":"object","properties":{"q":{"type":"string",
                 "description":"what to find","enum":["red","blue"]}},"required":["q"]}}}],
             "prediction":{"type":"content","content":"guess"},
             "vendor_extra":{"hint":"soft"}}
            """);
    List<String> seen = new ArrayList<>();
    for (TextPiece piece : request.pieces()) {
      seen.add(
          piece.location().word()
              + (piece.rewritable(0, piece.text().length()) ? " " : " fixed ")
              + (piece.latest() ? "latest " : "")
              + piece.text().string());
    }
    assertThat(seen)
        .contains(
            "system be brief",
            "metadata ann",
            "user look",
            "metadata low",
            "reference https://x.example/a.png",
            "metadata wav",
            "metadata plan.pdf",
            "reasoning let me see",
            "metadata fixed call_1",
            "tool_call fixed find",
            "tool_call fixed {\"q\":\"red\"}",
            "tool_result latest found",
            "user latest and now?",
            "metadata fixed latest x_note",
            "metadata latest deep",
            "tool_definition fixed find",
            "tool_definition finds things",
            "tool_definition fixed q",
            "tool_definition what to find",
            "tool_definition fixed red",
            "metadata guess",
            "metadata fixed vendor_extra",
            "metadata soft",
            "metadata fixed case",
            "metadata c-1",
            "metadata 7",
            "metadata u-1")
        .noneMatch(text -> text.contains("AAAA") || text.contains("BBBB") || text.contains("CCCC"));
    assertThat(request.opaque())
        .containsExactly(
            new Opaque("image", false),
            new Opaque("image", true),
            new Opaque("audio", false),
            new Opaque("document", false));
    assertThat(request.modalities()).containsExactly("audio", "document", "image", "text");
    assertThat(request.toolNames()).containsExactly("find");
    assertThat(request.metadata()).isEqualTo(Map.of("case", "c-1", "level", 7L));
    assertThat(request.system()).isEqualTo("be brief");
    assertThat(request.lastUser()).isEqualTo("and now?");
    assertThat(request.turns()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"messages":[]}                                         | `model` is missing
          {"model":1,"messages":[]}                               | `model` is not a string
          {"model":"m"}                                           | `messages` is missing
          {"model":"m","messages":{}}                             | `messages` is not a list
          {"model":"m","messages":null}                           | `messages` is not a list
          {"model":"m","messages":["hi"]}                         | `messages[0]` is not an object
          {"model":"m","messages":[{"content":"x"}]}              | `messages[0].role` is missing
          {"model":"m","messages":[{"role":1}]}                   | `messages[0].role` is not a string
          {"model":"m","messages":[{"role":"user","content":5}]}  | `messages[0].content` is neither a string nor a list of parts
          {"model":"m","messages":[{"role":"user","content":[5]}]} | `messages[0].content[0]` is not an object
          {"model":"m","messages":[{"role":"user","content":[{}]}]} | `messages[0].content[0].type` is missing
          {"model":"m","messages":[],"stream":"yes"}              | `stream` is neither true nor false
          {"model":"m","messages":[],"stream_options":[]}         | `stream_options` is not an object
          {"model":"m","messages":[],"n":0}                       | `n` is less than 1
          {"model":"m","messages":[],"n":1.5}                     | `n` is not a whole number
          {"model":"m","messages":[],"max_tokens":"many"}         | `max_tokens` is not a whole number
          {"model":"m","messages":[],"max_tokens":1e30}           | `max_tokens` is not a whole number
          {"model":"m","messages":[],"temperature":"hot"}         | `temperature` is not a number
          {"model":"m","messages":[],"metadata":[]}               | `metadata` is not an object
          {"model":"m","messages":[],"tools":{}}                  | `tools` is not a list
          {"model":"m","messages":[],"tools":[1]}                 | `tools[0]` is not an object
          {"model":"m","messages":[],"models":["n"]}              | `models` would let the provider choose another model; leave it out
          {"model":"m","messages":[],"model":"n"}                 | the body is not JSON: a member stands twice in one object (byte 27)
          []                                                      | the body is not an object
          """)
  void whatIsNoRequestIsRefusedInPlainWords(String body, String message) {
    RequestBody.Reading reading = ChatRequest.read(Recordings.utf8(body));
    assertThat(reading).isInstanceOf(RequestBody.Reading.Refused.class);
    assertThat(((RequestBody.Reading.Refused) reading).message()).isEqualTo(message);
  }

  @Test
  void halfAnEscapedSurrogatePairIsRefused() {
    RequestBody.Reading reading =
        ChatRequest.read(Recordings.utf8(MINIMAL.replace("hello", "hi \\ud83d")));
    assertThat(reading)
        .isEqualTo(
            new RequestBody.Reading.Refused(
                "the body is not JSON: half of a surrogate pair is escaped (byte 54)", ""));
  }

  @Test
  void theDeveloperRoleAndUnknownRolesPass() {
    assertThat(read(MINIMAL.replace("user", "developer")).system()).isEqualTo("hello");
    assertThat(read(MINIMAL.replace("user", "critic")).pieces().getLast().location())
        .isEqualTo(Location.USER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "max_tokens":100                              | 100
          "max_completion_tokens":50                    | 50
          "max_tokens":100,"max_completion_tokens":50   | 100
          "max_tokens":1e2                              | 100
          "max_tokens":null                             |
          "max_tokens":-1                               |
          """)
  void theEffectiveMaximumOfTokens(String member, Long expected) {
    OptionalLong most = read(with(member)).maxTokens();
    assertThat(most.stream().boxed().toList())
        .isEqualTo(expected == null ? List.of() : List.of(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "seed":1                                      | "seed":1,"max_tokens":64
          "max_tokens":null                             | "max_tokens":64
          "max_tokens":100                              | "max_tokens":64
          "max_tokens":-1                               | "max_tokens":64
          "max_tokens":64.0                             | "max_tokens":64.0
          "max_tokens" : 5                              | "max_tokens" : 5
          "max_completion_tokens":1000                  | "max_completion_tokens":64
          "max_tokens":100,"max_completion_tokens":10   | "max_tokens":64,"max_completion_tokens":10
          """)
  void aCapOnTokensLowersOrAdds(String member, String expected) {
    assertEdit(member, RequestEdits.NONE.withMaxTokens(64, "max_tokens"), expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "temperature":1.9           | "temperature":0.5
          "temperature":0.50000       | "temperature":0.50000
          "temperature":0             | "temperature":0.1
          "temperature":null          | "temperature":0.5
          "top_p":1                   | "top_p":1,"temperature":0.5
          """)
  void temperatureIsClamped(String member, String expected) {
    RequestEdits edits =
        RequestEdits.NONE.withTemperature(OptionalDouble.of(0.1), OptionalDouble.of(0.5));
    assertEdit(member, edits, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "n":5       | "n":2
          "n":2       | "n":2
          "n":null    | "n":null
          "seed":1    | "seed":1
          """)
  void choicesAreCapped(String member, String expected) {
    assertEdit(member, RequestEdits.NONE.withChoices(2), expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "stream":true                                              | "stream":true,"stream_options":{"include_usage":true}
          "stream_options":null                                      | "stream_options":{"include_usage":true}
          "stream_options":{ }                                       | "stream_options":{ "include_usage":true}
          "stream_options":{"include_obfuscation":false}             | "stream_options":{"include_obfuscation":false,"include_usage":true}
          "stream_options":{"include_usage":false}                   | "stream_options":{"include_usage":true}
          "stream_options":{"include_usage":true}                    | "stream_options":{"include_usage":true}
          """)
  void usageIsAskedForOnce(String member, String expected) {
    assertEdit(member, RequestEdits.NONE.withIncludeUsage(), expected);
  }

  /// What other gateways lose on the way: number spelling, order, unknown members, nulls, space.
  @Test
  void numberSpellingOrderUnknownMembersNullsAndSpaceSurvive() {
    String body =
        "{ \"zeta\" : 1.0E+2,\n"
            + "\t\"temperature\":0.2,"
            + " \"top_p\":0.20000000298023224,\"model\":\"fast\",\"messages\":[{\"content\":\"caf\\u00e9"
            + " \\/ x\",\"role\":\"user\",\"x\":null}],\"alpha\":["
            + " ],\"big\":123456789012345678901234567890 }";
    RequestBody request = read(body);
    assertThat(new String(request.write(RequestEdits.NONE.withModel("gpt \"5\"")), UTF_8))
        .isEqualTo(body.replace("\"fast\"", "\"gpt \\\"5\\\"\""));
    assertThat(request.write(RequestEdits.NONE.withModel("fast"))).isSameAs(request.body());
  }

  @Test
  void aMaskReplacesExactlyItsStretch() {
    RequestBody request = read(MINIMAL.replace("hello", "caf\\u00e9 \\ud83d\\ude00 4111 end\\n"));
    TextPiece piece = request.pieces().getLast();
    int from = "café 😀 ".getBytes(UTF_8).length;
    assertThat(masked(request, new Mask(piece, from, from + 4, "[\"CARD\"]")))
        .isEqualTo(MINIMAL.replace("hello", "caf\\u00e9 \\ud83d\\ude00 [\\\"CARD\\\"] end\\n"));
    assertThat(masked(request, new Mask(piece, from - 5, from + 4, "")))
        .isEqualTo(MINIMAL.replace("hello", "caf\\u00e9  end\\n"));
  }

  @Test
  void aMaskedNumberBecomesAString() {
    RequestBody request = read(with("\"metadata\":{\"phone\":4930901820}"));
    TextPiece piece =
        request.pieces().stream()
            .filter(p -> p.text().string().startsWith("49"))
            .findFirst()
            .orElseThrow();
    assertThat(masked(request, new Mask(piece, 2, 10, "[PHONE]")))
        .isEqualTo(with("\"metadata\":{\"phone\":\"49[PHONE]\"}"));
  }

  @Test
  void masksInArgumentsKeepTheInnerJsonValid() {
    String arguments = "{\\\"to\\\":\\\"a@b.de\\\",\\\"card\\\": -4111,\\\"ok\\\":true}";
    RequestBody request =
        read(
            "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\","
                + "\"function\":{\"name\":\"f\",\"arguments\":\""
                + arguments
                + "\"}}]}]}");
    TextPiece piece = request.pieces().getLast();
    String text = piece.text().string();
    int mail = text.indexOf("a@b.de");
    int card = text.indexOf("4111");
    assertThat(piece.rewritable(mail, mail + 6)).isTrue();
    assertThat(piece.rewritable(text.indexOf("to"), text.indexOf("to") + 2)).isFalse();
    assertThat(
            masked(
                request,
                new Mask(piece, mail, mail + 6, "\"M\""),
                new Mask(piece, card, card + 4, "[CARD]")))
        .contains(
            "{\\\"to\\\":\\\"\\\\\\\"M\\\\\\\"\\\",\\\"card\\\": \\\"-[CARD]\\\",\\\"ok\\\":true}");
    // Over braces and quotes: each string it touches is replaced, what holds them stays.
    assertThat(masked(request, new Mask(piece, mail + 4, card + 4, "#")))
        .as("a finding that reaches over a member name cannot be written")
        .isEqualTo("refused");
  }

  @Test
  void whatIsNeverRewrittenRefusesAMask() {
    RequestBody request = read(with("\"metadata\":{\"a@b.de\":1}"));
    TextPiece name =
        request.pieces().stream()
            .filter(p -> p.text().string().equals("a@b.de"))
            .findFirst()
            .orElseThrow();
    assertThat(name.rewritable(0, 6)).isFalse();
    assertThatThrownBy(
            () -> request.write(RequestEdits.NONE.withMasks(List.of(new Mask(name, 0, 6, "x")))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nothingOfACallersTextIsPrinted() {
    RequestBody request = read(MINIMAL);
    TextPiece piece = request.pieces().getLast();
    assertThat(
            request.toString()
                + piece
                + piece.text()
                + new Mask(piece, 0, 5, "hello")
                + ChatRequest.read(Recordings.utf8("{\"hello\"}")))
        .doesNotContain("hello");
  }

  private static final java.nio.charset.Charset UTF_8 = StandardCharsets.UTF_8;

  private static String masked(RequestBody request, Mask... masks) {
    try {
      return new String(request.write(RequestEdits.NONE.withMasks(List.of(masks))), UTF_8);
    } catch (IllegalArgumentException refused) {
      return "refused";
    }
  }

  private static String with(String member) {
    return "{\"model\":\"m\",\"messages\":[]," + member + "}";
  }

  private static void assertEdit(String member, RequestEdits edits, String expected) {
    assertThat(new String(read(with(member)).write(edits), UTF_8)).isEqualTo(with(expected));
  }

  static RequestBody read(String body) {
    RequestBody.Reading reading = ChatRequest.read(Recordings.utf8(body));
    assertThat(reading).as(body).isInstanceOf(RequestBody.Reading.Read.class);
    return ((RequestBody.Reading.Read) reading).request();
  }
}
