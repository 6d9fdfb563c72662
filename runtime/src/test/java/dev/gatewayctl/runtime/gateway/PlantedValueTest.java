package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Cell;
import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.surface.Surfaces;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Plants a value in every cell of the running gateway and finds it masked, denied and recorded:
/// every surface, whole and streamed, requests and answers, every location. The plants stand in
/// `cells/SURFACE.txt` in the protocol's own words; `@@` is the value, `@1` and `@2` its halves.
class PlantedValueTest {
  private static final String VALUE = "ada.lovelace@example.org";
  private static final String FIRST = "ada.love";
  private static final String SECOND = "lace@example.org";

  private static final String MASK = "rules: { guard: { mask: email } }";
  private static final String DENY =
      "rules: { guard: { when: findings.any(email), deny: \"an address\" } }";

  @TempDir static Path folder = Path.of("unset");

  private static final Map<String, Site> SITES = new LinkedHashMap<>();

  /// A gateway under one policy, with a provider of the surface's own protocol behind it.
  private record Site(
      TestProvider provider, RunningGateway gateway, AtomicReference<String> answer, Path audit) {}

  private static final ProtocolsPage page = new ProtocolsPage();

  /// The page of the reference is what was seen to hold, once all of it was walked.
  @AfterAll
  static void close() throws IOException {
    SITES
        .values()
        .forEach(
            site -> {
              site.gateway().close();
              site.provider().close();
            });
    page.compare(cells());
  }

  private static Site site(Surface surface, String rules) {
    return site(protocol(surface), surface, rules);
  }

  /// A site whose provider speaks a protocol and answers as it does on one of its own surfaces.
  private static Site site(String protocol, Surface spoken, String rules) {
    return SITES.computeIfAbsent(
        protocol + "-" + spoken.word() + rules.hashCode(),
        key -> open(protocol, spoken, rules, folder.resolve(key)));
  }

  private static Site open(String protocol, Surface surface, String given, Path audit) {
    String rules = surface == Surface.MCP ? given + "\nsurfaces: { mcp: { provider: p } }" : given;
    AtomicReference<String> answer = new AtomicReference<>("{}");
    TestProvider provider =
        TestProvider.playing(
            (request, peer) -> {
              String body = answer.get();
              if (surface == Surface.OLLAMA && body.strip().contains("\n")) {
                peer.head(200, "application/x-ndjson", "");
                for (String line : body.strip().split("\n", -1)) {
                  peer.chunk(line + "\n");
                }
                peer.end();
              } else if (body.startsWith("{")) {
                peer.respond(200, "", body);
              } else if (surface == Surface.CONVERSE_STREAM) {
                peer.head(200, "application/vnd.amazon.eventstream", "");
                for (String line : body.strip().split("\n", -1)) {
                  peer.chunk(AmazonFrames.event(line));
                }
                peer.end();
              } else {
                peer.head(200, "");
                for (String event : body.split("(?<=\n\n)", -1)) {
                  if (!event.isEmpty()) {
                    peer.chunk(event);
                  }
                }
                peer.end();
              }
            });
    String policy =
        """
        gateway: v1
        server: { listen: 127.0.0.1:0 }
        providers:
          p: { protocol: %s, base_url: "http://127.0.0.1:%d%s"%s }
          s: { protocol: script, script: [{ echo: true }] }
        models:
          m: { targets: [%s/m], price: { input: 1.00, output: 1.00 } }
        %s
        """
            .formatted(
                protocol,
                provider.port(),
                base(protocol),
                more(protocol),
                surface == Surface.MCP ? "s" : "p",
                rules);
    return new Site(
        provider, RunningGateway.of(policy, Map.of(), Optional.of(audit), null), answer, audit);
  }

  static String protocol(Surface surface) {
    return switch (surface) {
      case MESSAGES, COUNT_TOKENS -> "anthropic";
      case GEMINI, GEMINI_STREAM, GEMINI_EMBED -> "gemini";
      case CONVERSE, CONVERSE_STREAM -> "bedrock";
      case OLLAMA -> "ollama";
      case MCP -> "mcp";
      case CHAT, RESPONSES, COMPLETIONS, EMBEDDINGS, MODERATIONS -> "openai";
      case MODELS, IMAGES, AUDIO, FILES, BATCHES, RERANK ->
          throw new IllegalArgumentException("no cells");
    };
  }

  private static String base(String protocol) {
    return protocol.equals("openai") ? "/v1" : "";
  }

  private static String more(String protocol) {
    return switch (protocol) {
      case "openai" -> ", dialect: openai";
      case "bedrock" -> ", location: eu-central-1";
      default -> "";
    };
  }

  private static String path(Cell cell) {
    return switch (cell.surface()) {
      case CHAT -> "/v1/chat/completions";
      case RESPONSES -> "/v1/responses";
      case COMPLETIONS -> "/v1/completions";
      case EMBEDDINGS -> "/v1/embeddings";
      case MODERATIONS -> "/v1/moderations";
      case MESSAGES -> "/v1/messages";
      case COUNT_TOKENS -> "/v1/messages/count_tokens";
      case GEMINI -> "/v1beta/models/m:generateContent";
      case GEMINI_STREAM -> "/v1beta/models/m:streamGenerateContent?alt=sse";
      case GEMINI_EMBED -> "/v1beta/models/m:embedContent";
      case CONVERSE -> "/model/m/converse";
      case CONVERSE_STREAM -> "/model/m/converse-stream";
      case OLLAMA -> "/api/chat";
      case MCP -> "/mcp";
      case MODELS, IMAGES, AUDIO, FILES, BATCHES, RERANK ->
          throw new IllegalArgumentException("no cells");
    };
  }

  /// The plants of a surface by their heading, such as `request system`.
  private static Map<String, String> plants(Surface surface) {
    String name = "/cells/" + surface.word() + ".txt";
    try (InputStream in = PlantedValueTest.class.getResourceAsStream(name)) {
      assertThat(in).as("plants of " + surface.word()).isNotNull();
      Map<String, String> plants = new LinkedHashMap<>();
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String block : text.split("(?m)^=== ", -1)) {
        int line = block.indexOf('\n');
        if (line > 0) {
          plants.put(block.substring(0, line), block.substring(line + 1));
        }
      }
      return plants;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String heading(Cell cell) {
    String kind =
        cell.direction() == Cell.Direction.REQUEST
            ? "request"
            : cell.stream() ? "stream" : "answer";
    return kind + " " + cell.location().word();
  }

  private static String plant(Cell cell) {
    Map<String, String> plants = plants(cell.surface());
    assertThat(plants).as("a plant for: " + cell).containsKey(heading(cell));
    String text = plants.getOrDefault(heading(cell), "");
    return text.replace("@@", VALUE).replace("@1", FIRST).replace("@2", SECOND);
  }

  /// The request of a cell: its plant, or a request without one.
  private static String request(Cell cell) {
    String body =
        cell.direction() == Cell.Direction.REQUEST
            ? plant(cell).strip()
            : plants(cell.surface()).values().stream()
                .findFirst()
                .orElseThrow()
                .strip()
                .replace("@@", "nobody");
    boolean inBody =
        switch (cell.surface()) {
          case GEMINI, GEMINI_STREAM, GEMINI_EMBED, CONVERSE, CONVERSE_STREAM -> false;
          case OLLAMA, CHAT, RESPONSES, COMPLETIONS, MESSAGES -> true;
          default -> false;
        };
    return inBody ? "{\"stream\":" + cell.stream() + "," + body.substring(1) : body;
  }

  private static HttpResponse<String> send(Site site, Cell cell) {
    site.answer().set(cell.direction() == Cell.Direction.RESPONSE ? plant(cell) : "{}");
    return ask(site, cell);
  }

  private static HttpResponse<String> ask(Site site, Cell cell) {
    return site.gateway()
        .send(
            site.gateway()
                .request(path(cell))
                .header("content-type", "application/json")
                .header("anthropic-version", "2023-06-01")
                .POST(HttpRequest.BodyPublishers.ofString(request(cell)))
                .build());
  }

  private static List<Cell> cells() {
    return Cell.all().stream().filter(cell -> Surfaces.find(cell.surface()).isPresent()).toList();
  }

  @TestFactory
  Stream<DynamicTest> everyPlantedValueIsMaskedDeniedAndRecorded() {
    return cells().stream()
        .map(
            cell ->
                DynamicTest.dynamicTest(
                    cell.toString(),
                    () -> {
                      masked(cell);
                      denied(cell);
                      page.held(cell, protocol(cell.surface()));
                    }));
  }

  private static void masked(Cell cell) throws InterruptedException {
    Site site = site(cell.surface(), MASK);
    int before = Records.exchanges(site.audit()).size();
    HttpResponse<String> answer = send(site, cell);
    JsonValue record = Records.await(site.audit(), before + 1).getLast();
    if (cell.direction() == Cell.Direction.REQUEST) {
      String received = site.provider().last().body();
      assertThat(received).contains("[EMAIL]").doesNotContain("lovelace").doesNotContain("example");
    } else {
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body())
          .contains("[EMAIL]")
          .doesNotContain(FIRST)
          .doesNotContain(SECOND)
          .doesNotContain("lovelace");
    }
    recorded(cell, record);
    assertThat(Records.text(record, "masked")).contains("\"email\":1");
  }

  private static void denied(Cell cell) throws InterruptedException {
    Site site = site(cell.surface(), DENY);
    int before = Records.exchanges(site.audit()).size();
    int sent = site.provider().received().size();
    HttpResponse<String> answer = send(site, cell);
    JsonValue record = Records.await(site.audit(), before + 1).getLast();
    assertThat(answer.body()).doesNotContain(FIRST).doesNotContain(SECOND);
    assertThat(Records.text(record, "decision")).isEqualTo("deny");
    // A refusal of a call is an answer to it there.
    boolean inAnswer = cell.surface() == Surface.MCP;
    if (cell.direction() == Cell.Direction.REQUEST) {
      assertThat(answer.statusCode()).isEqualTo(inAnswer ? 200 : 403);
      assertThat(site.provider().received()).hasSize(sent);
    } else {
      assertThat(answer.statusCode()).isEqualTo(cell.stream() || inAnswer ? 200 : 403);
    }
    recorded(cell, record);
  }

  private static void recorded(Cell cell, JsonValue record) {
    assertThat(Records.text(record, "findings"))
        .as(cell + " in the record")
        .contains("\"email\"")
        .contains("\"" + cell.location().word() + "\"");
    assertThat(Records.text(record, "surface")).isEqualTo(cell.surface().word());
  }

  /// The surface on which a protocol answers, whole or as a stream.
  private static Surface own(String protocol, boolean stream) {
    return switch (protocol) {
      case "openai" -> Surface.CHAT;
      case "anthropic" -> Surface.MESSAGES;
      case "gemini" -> stream ? Surface.GEMINI_STREAM : Surface.GEMINI;
      case "bedrock" -> stream ? Surface.CONVERSE_STREAM : Surface.CONVERSE;
      case "ollama" -> Surface.OLLAMA;
      default -> throw new IllegalArgumentException(protocol);
    };
  }

  private static final Set<Location> CARRIED =
      EnumSet.of(
          Location.SYSTEM,
          Location.USER,
          Location.ASSISTANT,
          Location.TOOL_DEFINITION,
          Location.TOOL_CALL,
          Location.TOOL_RESULT);

  /// Every surface with a translation, before a provider of every other protocol.
  @TestFactory
  Stream<DynamicTest> everyPlantedValueIsMaskedOnItsWayIntoAnotherProtocol() {
    return Stream.of("openai", "anthropic", "gemini", "bedrock", "ollama")
        .flatMap(
            protocol ->
                cells().stream()
                    .filter(cell -> TRANSLATED.contains(cell.surface()))
                    .filter(cell -> !own(protocol, cell.stream()).equals(cell.surface()))
                    .filter(
                        cell -> !(protocol.equals("openai") && cell.surface() == Surface.RESPONSES))
                    .map(
                        cell ->
                            DynamicTest.dynamicTest(
                                cell + " by " + protocol,
                                () -> {
                                  crossed(cell, protocol);
                                  page.held(cell, protocol);
                                })));
  }

  private static final Set<Surface> TRANSLATED =
      EnumSet.of(
          Surface.CHAT,
          Surface.RESPONSES,
          Surface.MESSAGES,
          Surface.GEMINI,
          Surface.GEMINI_STREAM,
          Surface.CONVERSE,
          Surface.CONVERSE_STREAM,
          Surface.OLLAMA);

  private static void crossed(Cell cell, String protocol) throws InterruptedException {
    Surface own = own(protocol, cell.stream());
    Site site = site(protocol, own, MASK);
    boolean request = cell.direction() == Cell.Direction.REQUEST;
    Cell answers =
        new Cell(
            own,
            Cell.Direction.RESPONSE,
            cell.stream(),
            request ? Location.ASSISTANT : cell.location());
    String answer = plants(own).getOrDefault(heading(answers), "");
    site.answer()
        .set(
            request
                ? answer.replace("@@", "nobody").replace("@1", "no").replace("@2", "body")
                : answer.replace("@@", VALUE).replace("@1", FIRST).replace("@2", SECOND));
    int before = Records.exchanges(site.audit()).size();
    HttpResponse<String> heard = ask(site, cell);
    JsonValue record = Records.await(site.audit(), before + 1).getLast();
    assertThat(heard.statusCode()).as(heard.body()).isEqualTo(200);
    String looked = request ? site.provider().last().body() : heard.body();
    assertThat(looked).doesNotContain("lovelace").doesNotContain(FIRST).doesNotContain(SECOND);
    if (CARRIED.contains(cell.location())) {
      assertThat(looked).contains("[EMAIL]");
      recorded(cell, record);
    }
  }

  /// Every plant belongs to a cell, so none is walked in vain.
  @Test
  void everyPlantStandsInACell() {
    for (Surface surface : Surface.values()) {
      List<String> headings = Cell.of(surface).stream().map(PlantedValueTest::heading).toList();
      if (!headings.isEmpty() && Surfaces.find(surface).isPresent()) {
        assertThat(headings).containsAll(plants(surface).keySet());
      }
    }
  }
}
