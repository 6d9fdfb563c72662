package dev.gatewayctl.runtime.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.StreamDialect;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Messages of the protocol read in place: those of its own schema, and damaged ones.
class McpDialectTest {
  private static final StreamDialect.Settings SETTINGS =
      new StreamDialect.Settings(false, false, 1);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static RequestBody.Reading read(byte[] body) {
    return McpDialect.bare().request(body, RequestPath.PLAIN);
  }

  /// The examples of the schema of 2026-07-28 as messages: whole ones, and results made whole.
  private static List<byte[]> messages() throws IOException {
    List<byte[]> messages = new ArrayList<>();
    Path folder = Recordings.fixtures().resolve("mcp-schema/2026-07-28/examples");
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
        String text = Files.readString(file);
        if (text.contains("\"jsonrpc\"")) {
          messages.add(bytes(text));
        } else if (file.toString().contains("Result/")) {
          messages.add(bytes("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + text + "}"));
        }
      }
    }
    assertThat(messages).hasSizeGreaterThan(40);
    return messages;
  }

  @Test
  void messagesOfTheSchemaPassByteForByte() throws IOException {
    int requests = 0;
    for (byte[] message : messages()) {
      AnswerBody answer = ((AnswerBody.Reading.Read) McpDialect.bare().answer(message)).answer();
      assertThat(answer.write(List.of(), false)).isSameAs(message);
      for (TextPiece piece : answer.pieces()) {
        assertThat(piece.start()).isBetween(0, message.length);
        assertThat(piece.end()).isBetween(piece.start(), message.length);
      }
      if (read(message) instanceof RequestBody.Reading.Read(RequestBody request)) {
        requests++;
        assertThat(request.write(RequestEdits.NONE)).isSameAs(message);
      }
    }
    assertThat(requests).isGreaterThan(20);
  }

  @Test
  void aStreamOfThemPassesAtEverySplitAndIsMaskedAlike() throws IOException {
    for (byte[] message : messages()) {
      String line = new String(message, StandardCharsets.UTF_8).replaceAll("\\s*\n\\s*", " ");
      byte[] event = bytes("id: 7\nevent: message\ndata: " + line + "\n\n");
      String masked = streamed(event, event.length);
      for (int split = 1; split < event.length; split += 7) {
        assertThat(streamed(event, split)).isEqualTo(masked);
      }
      AnswerStream untouched = AnswerStream.of(McpDialect.bare().stream(SETTINGS));
      assertThat(untouched.feed(event, 0, event.length)).isEqualTo(event);
    }
  }

  private static String streamed(byte[] event, int split) {
    AnswerStream stream =
        AnswerStream.of(
            McpDialect.bare().stream(SETTINGS), _ -> KeywordWindow.masking("weather", "[W]"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(stream.feed(event, 0, split));
    out.writeBytes(stream.feed(event, split, event.length));
    out.writeBytes(stream.finish());
    // The word stands in the name of a tool as well, where nothing is written over.
    assertThat(stream.done() || stream.refused()).isTrue();
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void everyTextOfACallHasItsPlace() {
    RequestBody request =
        ((RequestBody.Reading.Read)
                read(
                    bytes(
                        """
                        {"jsonrpc":"2.0","id":1,"method":"tools/call","new":"n","params":{
                         "name":"t","arguments":{"a":["x",7]},"inputResponses":{"k":{"c":"y"}},
                         "_meta":{"m":"z"},"other":"o"}}\
                        """)))
            .request();
    assertThat(texts(request, Location.TOOL_CALL)).contains("t", "a", "x", "7", "o");
    assertThat(texts(request, Location.INPUT)).contains("y");
    assertThat(texts(request, Location.METADATA)).contains("n", "z", "tools/call");
  }

  private static List<String> texts(RequestBody request, Location location) {
    return request.pieces().stream()
        .filter(piece -> piece.location() == location)
        .map(piece -> piece.text().string())
        .toList();
  }

  @Test
  void whatIsDamagedIsRefusedOrReadAndNeverThrows() throws IOException {
    long seed = 20261124;
    Random random = new Random(seed);
    List<byte[]> corpus = messages();
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged = corpus.get(random.nextInt(corpus.size())).clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) "{}[]\",:0a\\ ".charAt(random.nextInt(11));
      }
      if (read(damaged) instanceof RequestBody.Reading.Read(RequestBody request)) {
        assertThat(request.write(RequestEdits.NONE)).as("seed " + seed).isSameAs(damaged);
      }
      if (McpDialect.bare().answer(damaged) instanceof AnswerBody.Reading.Read(AnswerBody answer)) {
        for (TextPiece piece : answer.pieces()) {
          assertThat(piece.end()).as("seed " + seed).isLessThanOrEqualTo(damaged.length);
        }
      }
    }
  }

  @Test
  void versionsThatAreSpokenAreTakenAndOnlyPagesOfThisMachine() {
    for (String version : McpHead.VERSIONS) {
      McpHead head = McpHead.of("GET", Headers.of("mcp-protocol-version", version));
      assertThat(McpDialect.of(head).request(new byte[0], RequestPath.PLAIN))
          .isInstanceOf(RequestBody.Reading.Read.class);
    }
    McpHead twice =
        McpHead.of("POST", Headers.of("mcp-method", "tools/call", "mcp-method", "tools/list"));
    assertThat(twice.malformed()).isTrue();
    for (String own : List.of("http://localhost", "https://127.0.0.1:8443", "http://[::1]:80")) {
      assertThat(McpHead.mayCall(java.util.Optional.of(own))).as(own).isTrue();
    }
    for (String foreign :
        List.of("null", "http://localhost.evil.example", "http://evil.example:80", "")) {
      assertThat(McpHead.mayCall(java.util.Optional.of(foreign))).as(foreign).isFalse();
    }
  }
}
