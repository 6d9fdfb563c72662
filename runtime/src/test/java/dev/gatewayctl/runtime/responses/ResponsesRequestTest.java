package dev.gatewayctl.runtime.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.wire.Mask;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponsesRequestTest {
  private static RequestBody.Reading reading(String body) {
    return ResponsesDialect.INSTANCE.request(
        body.getBytes(StandardCharsets.UTF_8), RequestPath.PLAIN);
  }

  private static RequestBody read(String body) {
    RequestBody.Reading reading = reading(body);
    assertThat(reading).isInstanceOf(RequestBody.Reading.Read.class);
    return ((RequestBody.Reading.Read) reading).request();
  }

  private static RequestBody items(String items) {
    return read("{\"model\":\"m\",\"input\":[" + items + "]}");
  }

  private static List<String> texts(RequestBody request, Location location) {
    return request.pieces().stream()
        .filter(piece -> piece.location() == location)
        .map(piece -> piece.text().string())
        .toList();
  }

  @Test
  void everyTextHasItsLocation() {
    RequestBody request =
        items(
            """
            {"role":"developer","content":"sys"},
            {"role":"user","content":[{"type":"input_text","text":"ask"}]},
            {"type":"reasoning","id":"rs","summary":[{"type":"summary_text","text":"sum"}],
             "content":[{"type":"reasoning_text","text":"thought"}],"encrypted_content":"zz"},
            {"type":"function_call","call_id":"c","name":"fn","arguments":"{}"},
            {"type":"custom_tool_call","call_id":"d","name":"cu","input":"raw"},
            {"type":"function_call_output","call_id":"c","output":"res"},
            {"type":"custom_tool_call_output","call_id":"d",
             "output":[{"type":"input_text","text":"part"}]},
            {"type":"mcp_call","id":"m","server_label":"s","name":"mc","arguments":"[1]",
             "output":"mout","error":null},
            {"type":"file_search_call","id":"f","queries":["query"],
             "results":[{"file_id":"x","filename":"n","text":"found","score":0.5}]},
            {"type":"message","role":"assistant","content":[{"type":"refusal","refusal":"no"}]},
            {"type":"local_shell_call_output","call_id":"l","output":"shell"}\
            """);
    assertThat(texts(request, Location.SYSTEM)).containsExactly("sys");
    assertThat(texts(request, Location.USER)).containsExactly("ask");
    assertThat(texts(request, Location.REASONING)).containsExactly("sum", "thought");
    assertThat(texts(request, Location.TOOL_CALL))
        .containsExactly("fn", "{}", "cu", "raw", "mc", "[1]", "query");
    assertThat(texts(request, Location.TOOL_RESULT))
        .containsExactly("res", "part", "mout", "shell");
    assertThat(texts(request, Location.DOCUMENT)).contains("found");
    assertThat(texts(request, Location.ASSISTANT)).containsExactly("no");
    assertThat(request.opaque()).containsExactly(new Opaque("opaque", false));
    assertThat(request.system()).isEqualTo("sys");
    assertThat(request.lastUser()).isEqualTo("ask");
    assertThat(request.pieces().stream().filter(TextPiece::latest).map(p -> p.text().string()))
        .contains("shell")
        .doesNotContain("ask", "no");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          "previous_response_id":"resp_1"
          "conversation":"conv_1"
          "conversation":{"id":"conv_1"}
          "prompt":{"id":"pmpt_1","variables":{"a":"b"}}
          "input":[{"type":"item_reference","id":"msg_1"}]
          "input":[{"id":"msg_1"}]
          "input":[{"role":"user","content":[{"type":"input_file","file_id":"file_1"}]}]
          "input":[{"role":"user","content":[{"type":"input_image","image_url":"https://x/i"}]}]
          "tools":[{"type":"file_search","vector_store_ids":["vs_1"]}]
          """)
  void contentByReferenceIsOpaque(String member) {
    String input = member.startsWith("\"input\"") ? "" : "\"input\":\"x\",";
    RequestBody request = read("{\"model\":\"m\"," + input + member + "}");
    assertThat(request.opaque()).hasSize(1);
    assertThat(request.opaque().getFirst().reference()).isTrue();
  }

  @Test
  void anUnknownItemIsOpaqueAndItsTextsAreMetadata() {
    RequestBody request = items("{\"type\":\"new_item\",\"secret\":{\"deep\":\"text\"}}");
    assertThat(request.opaque()).containsExactly(new Opaque("opaque", false));
    assertThat(texts(request, Location.METADATA))
        .containsExactly("new_item", "secret", "deep", "text");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          {"input":"x"} | model
          {"model":1,"input":"x"} | model
          {"model":"m"} | input
          {"model":"m","input":7} | input
          {"model":"m","input":["x"]} | input[0]
          {"model":"m","input":[{"type":7}]} | input[0].type
          {"model":"m","input":[{"content":"x"}]} | input[0].role
          {"model":"m","input":[{"role":"user","content":{"a":1}}]} | input[0].content
          {"model":"m","input":[{"role":"user","content":["x"]}]} | input[0].content[0]
          {"model":"m","input":[{"role":"user","content":[{"text":"x"}]}]} | input[0].content[0].type
          {"model":"m","input":[{"type":"function_call","arguments":{}}]} | input[0].arguments
          {"model":"m","input":[{"type":"reasoning","summary":"x"}]} | input[0].summary
          {"model":"m","input":"x","instructions":["x"]} | instructions
          {"model":"m","input":"x","tools":{}} | tools
          {"model":"m","input":"x","tools":["x"]} | tools[0]
          {"model":"m","input":"x","stream":"yes"} | stream
          {"model":"m","input":"x","max_output_tokens":"9"} | max_output_tokens
          {"model":"m","input":"x","temperature":"hot"} | temperature
          {"model":"m","input":"x","models":["other"]} | models
          {"model":"m","model":"n","input":"x"} | ``
          {"model":"m","input":"\\ud800"} | ``
          {"model":"m","input":"x" | ``
          """)
  void whatTwoReadersCouldTakeDifferentlyIsRefused(String body, String place) {
    RequestBody.Reading reading = reading(body);
    assertThat(reading).as(body).isInstanceOf(RequestBody.Reading.Refused.class);
    assertThat(((RequestBody.Reading.Refused) reading).place()).as(body).isEqualTo(place);
  }

  @Test
  void editsChangeNothingElse() {
    String body =
        "{ \"model\":\"m\",\"input\":\"my secret\",\"max_output_tokens\":500,\"x\":1.50 }";
    RequestBody request = read(body);
    List<Mask> masks = new ArrayList<>();
    masks.add(new Mask(request.pieces().getFirst(), 3, 9, "\"S\""));
    RequestEdits edits =
        RequestEdits.NONE
            .withModel("n")
            .withMaxTokens(100, "max_completion_tokens")
            .withTemperature(OptionalDouble.empty(), OptionalDouble.of(0.5))
            .withMasks(masks);
    assertThat(new String(request.write(edits), StandardCharsets.UTF_8))
        .isEqualTo(
            "{ \"model\":\"n\",\"input\":\"my \\\"S\\\"\",\"max_output_tokens\":100,"
                + "\"x\":1.50 ,\"temperature\":0.5}");
    assertThat(
            new String(
                read("{\"model\":\"m\",\"input\":\"x\"}").write(edits.withMasks(List.of())),
                StandardCharsets.UTF_8))
        .contains("\"max_output_tokens\":100");
  }
}
