package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Cell;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  @AfterAll
  static void close() {
    SITES
        .values()
        .forEach(
            site -> {
              site.gateway().close();
              site.provider().close();
            });
  }

  private static Site site(Surface surface, String rules) {
    return SITES.computeIfAbsent(
        surface.word() + rules.hashCode(), key -> open(surface, rules, folder.resolve(key)));
  }

  private static Site open(Surface surface, String rules, Path audit) {
    AtomicReference<String> answer = new AtomicReference<>("{}");
    TestProvider provider =
        TestProvider.playing(
            (request, peer) -> {
              String body = answer.get();
              if (body.startsWith("{")) {
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
        models:
          m: { targets: [p/m], price: { input: 1.00, output: 1.00 } }
        %s
        """
            .formatted(protocol(surface), provider.port(), base(surface), more(surface), rules);
    return new Site(
        provider, RunningGateway.of(policy, Map.of(), Optional.of(audit), null), answer, audit);
  }

  private static String protocol(Surface surface) {
    return switch (surface) {
      case MESSAGES, COUNT_TOKENS -> "anthropic";
      case GEMINI, GEMINI_STREAM, GEMINI_EMBED -> "gemini";
      case CONVERSE, CONVERSE_STREAM -> "bedrock";
      case OLLAMA -> "ollama";
      case CHAT, RESPONSES, COMPLETIONS, EMBEDDINGS, MODERATIONS -> "openai";
      case MODELS, MCP, IMAGES, AUDIO, FILES, BATCHES, RERANK ->
          throw new IllegalArgumentException("no cells");
    };
  }

  private static String base(Surface surface) {
    return protocol(surface).equals("openai") ? "/v1" : "";
  }

  private static String more(Surface surface) {
    return switch (protocol(surface)) {
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
      case MODELS, MCP, IMAGES, AUDIO, FILES, BATCHES, RERANK ->
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
    if (cell.direction() == Cell.Direction.REQUEST) {
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(site.provider().received()).hasSize(sent);
    } else {
      assertThat(answer.statusCode()).isEqualTo(cell.stream() ? 200 : 403);
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
