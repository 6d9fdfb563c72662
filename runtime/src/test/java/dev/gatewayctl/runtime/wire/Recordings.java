package dev.gatewayctl.runtime.wire;

import dev.gatewayctl.runtime.json.JsonWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;

/// Exchanges that other projects recorded, read in place from the data beside the checkout.
public final class Recordings {
  /// One recorded exchange.
  ///
  /// @param name of the file
  public record Recording(String name, Optional<String> request, String answer) {
    public boolean streamed() {
      String start = answer.stripLeading();
      return start.startsWith("data:") || start.startsWith("event:") || start.startsWith(": ");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private Recordings() {}

  /// Exchanges with Google's Gemini: methods such as `generateContent`, with SSE, with JSON arrays
  /// and whole.
  ///
  /// @param method what follows the colon in the path
  public static List<Recording> gemini(String method) {
    Path fixtures = fixtures();
    List<Recording> recordings = new ArrayList<>();
    for (String folder : List.of("pydantic-ai-cassettes", "simonw-llm-gemini")) {
      for (Path file : files(fixtures.resolve(folder), ".yaml")) {
        recordings.addAll(cassette(file, ":" + method));
      }
    }
    return recordings;
  }

  /// Streams of Gemini: as events, and as one JSON array.
  public static List<Recording> geminiStreams() {
    List<Recording> recordings = new ArrayList<>(gemini("streamGenerateContent"));
    for (Path file : files(fixtures().resolve("vercel-ai/google/src/__fixtures__"), ".txt")) {
      StringBuilder stream = new StringBuilder();
      text(file).lines().forEach(line -> stream.append("data: ").append(line).append("\r\n\r\n"));
      recordings.add(
          new Recording(file.getFileName().toString(), Optional.empty(), stream.toString()));
    }
    return recordings;
  }

  /// Whole answers of Gemini.
  public static List<Recording> geminiAnswers() {
    List<Recording> recordings = new ArrayList<>(gemini("generateContent"));
    for (Path file : files(fixtures().resolve("vercel-ai/google/src/__fixtures__"), ".json")) {
      recordings.add(new Recording(file.getFileName().toString(), Optional.empty(), text(file)));
    }
    return recordings;
  }

  /// All exchanges with `/chat/completions`; the calling test is skipped where there are none.
  public static List<Recording> chat() {
    Path fixtures = fixtures();
    List<Recording> recordings = new ArrayList<>();
    for (String folder :
        List.of("envoy-ai-gateway-testopenai", "pydantic-ai-cassettes", "simonw-llm")) {
      for (Path file : files(fixtures.resolve(folder), ".yaml")) {
        recordings.addAll(cassette(file, "/chat/completions"));
      }
    }
    for (Path file : files(fixtures.resolve("vercel-ai"), "")) {
      vercel(file).ifPresent(recordings::add);
    }
    return recordings;
  }

  /// All exchanges with OpenAI at an address that ends with this path; the calling test is skipped
  /// where there are none.
  public static List<Recording> openai(String path) {
    List<Recording> recordings = new ArrayList<>();
    for (Path file : files(fixtures().resolve("envoy-ai-gateway-testopenai"), ".yaml")) {
      recordings.addAll(cassette(file, path));
    }
    return recordings;
  }

  /// All exchanges of the Anthropic messages protocol; the calling test is skipped where there are
  /// none.
  public static List<Recording> messages() {
    Path fixtures = fixtures();
    List<Recording> recordings = new ArrayList<>();
    for (String folder : List.of("pydantic-ai-cassettes", "simonw-llm-anthropic")) {
      for (Path file : files(fixtures.resolve(folder), ".yaml")) {
        recordings.addAll(cassette(file, "api.anthropic.com/v1/messages"));
      }
    }
    for (Path file : files(fixtures.resolve("vercel-ai/anthropic"), "")) {
      String text = text(file);
      if (text.contains("\"content\"") || text.contains("message_start")) {
        String answer = file.toString().endsWith(".json") ? text : namedEvents(text);
        recordings.add(new Recording(file.getFileName().toString(), Optional.empty(), answer));
      }
    }
    for (Path file : files(fixtures.resolve("anthropic-sdk-python-streaming"), "")) {
      String name = file.getFileName().toString();
      recordings.add(new Recording(name, Optional.empty(), text(file)));
    }
    return recordings;
  }

  /// All exchanges of the OpenAI responses protocol; the calling test is skipped where there are
  /// none.
  public static List<Recording> responses() {
    Path fixtures = fixtures();
    List<Recording> recordings = new ArrayList<>();
    for (String folder : List.of("pydantic-ai-cassettes", "simonw-llm")) {
      for (Path file : files(fixtures.resolve(folder), ".yaml")) {
        recordings.addAll(cassette(file, "/responses"));
      }
    }
    for (Path file : files(fixtures.resolve("vercel-ai"), "")) {
      String text = text(file);
      boolean stream = text.contains("\"response.created\"");
      if (stream || text.contains("\"object\": \"response\"")) {
        String answer = stream ? namedEvents(text) : text;
        recordings.add(new Recording(file.getFileName().toString(), Optional.empty(), answer));
      }
    }
    return recordings;
  }

  /// Events that were recorded one JSON a line, with the lines that carried them.
  private static String namedEvents(String lines) {
    StringBuilder stream = new StringBuilder();
    for (String line : lines.lines().filter(line -> !line.isBlank()).toList()) {
      int at = line.indexOf("\"type\":\"") + 8;
      String type = line.substring(at, line.indexOf('"', at));
      stream.append("event: ").append(type).append("\ndata: ").append(line).append("\n\n");
    }
    return stream.toString();
  }

  /// Exchanges with Amazon's converse protocol, requests and whole answers.
  public static List<Recording> converse() {
    Path fixtures = fixtures();
    List<Recording> recordings = new ArrayList<>();
    for (Path file : files(fixtures.resolve("pydantic-ai-cassettes"), ".yaml")) {
      recordings.addAll(cassette(file, "/converse"));
    }
    for (String folder :
        List.of(
            "vercel-ai/amazon-bedrock/src/__fixtures__",
            "agentgateway-llm-goldens/response/bedrock")) {
      for (Path file : files(fixtures.resolve(folder), ".json")) {
        recordings.add(new Recording(file.getFileName().toString(), Optional.empty(), text(file)));
      }
    }
    return recordings;
  }

  /// The events of streams of Amazon's converse protocol, one JSON a line, each an object whose one
  /// member names the event.
  public static List<Recording> converseEvents() {
    List<Recording> recordings = new ArrayList<>();
    Path folder = fixtures().resolve("vercel-ai/amazon-bedrock/src/__fixtures__");
    for (Path file : files(folder, ".chunks.txt")) {
      recordings.add(new Recording(file.getFileName().toString(), Optional.empty(), text(file)));
    }
    return recordings;
  }

  /// The bytes of all files of a folder of the recordings, by their names.
  ///
  /// @param ending of the files' names
  public static Map<String, byte[]> bytes(String folder, String ending) {
    Map<String, byte[]> all = new TreeMap<>();
    for (Path file : files(fixtures().resolve(folder), ending)) {
      try {
        all.put(file.getFileName().toString(), Files.readAllBytes(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all;
  }

  public static List<Recording> answers() {
    return chat().stream().filter(recording -> !recording.streamed()).toList();
  }

  public static List<Recording> streams() {
    return chat().stream().filter(Recording::streamed).toList();
  }

  public static Path fixtures() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path fixtures = at.resolve("shared/data/fixtures");
      if (Files.isDirectory(fixtures)) {
        return fixtures;
      }
    }
    return Assumptions.abort("skipped: no folder shared/data/fixtures above the checkout");
  }

  private static List<Path> files(Path folder, String ending) {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .filter(file -> file.toString().endsWith(ending))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A body as it stands, or the events of a stream, one JSON a line.
  private static Optional<Recording> vercel(Path file) {
    String text = text(file);
    String name = file.getFileName().toString();
    if (!text.contains("\"choices\"")) {
      return Optional.empty();
    }
    if (name.endsWith(".json")) {
      return Optional.of(new Recording(name, Optional.empty(), text));
    }
    StringBuilder stream = new StringBuilder();
    text.lines().forEach(line -> stream.append("data: ").append(line).append("\n\n"));
    return Optional.of(
        new Recording(name, Optional.empty(), stream.append("data: [DONE]\n\n").toString()));
  }

  private static List<Recording> cassette(Path file, String path) {
    String text = text(file);
    List<Recording> recordings = new ArrayList<>();
    boolean chat = path.equals("/chat/completions");
    if (!text.contains(path) || (chat && text.contains("!!binary"))) {
      return recordings;
    }
    try (JsonParser parser =
        YAMLFactory.builder().build().createParser(ObjectReadContext.empty(), text)) {
      parser.nextToken();
      Object root = tree(parser);
      for (Object interaction : list(at(root, "interactions"))) {
        Object request = at(interaction, "request");
        Object address = at(request, "uri") == null ? at(request, "url") : at(request, "uri");
        Optional<String> answer = body(at(interaction, "response"));
        if (String.valueOf(address).contains(path) && answer.isPresent()) {
          recordings.add(
              new Recording(file.getFileName().toString(), body(request), answer.orElseThrow()));
        }
      }
    }
    return recordings;
  }

  private static Optional<String> body(@Nullable Object message) {
    Object parsed = at(message, "parsed_body");
    if (parsed != null) {
      JsonWriter json = new JsonWriter();
      write(json, parsed);
      return Optional.of(json.text());
    }
    Object body = at(message, "body");
    if (body instanceof Map<?, ?>) {
      body = at(body, "string");
    }
    return body instanceof String text && !text.isBlank()
        ? Optional.of(unpacked(text))
        : Optional.empty();
  }

  /// Bodies that were recorded as they were packed stand there as base64 of gzip.
  private static String unpacked(String text) {
    if (!text.startsWith("H4sI")) {
      return text;
    }
    byte[] packed = Base64.getMimeDecoder().decode(text);
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable Object at(@Nullable Object map, String key) {
    return map instanceof Map<?, ?> known ? known.get(key) : null;
  }

  private static List<?> list(@Nullable Object value) {
    return value instanceof List<?> known ? known : List.of();
  }

  private static @Nullable Object tree(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        while (parser.nextToken() != tools.jackson.core.JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          map.put(name, tree(parser));
        }
        yield map;
      }
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != tools.jackson.core.JsonToken.END_ARRAY) {
          list.add(tree(parser));
        }
        yield list;
      }
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> parser.getString();
    };
  }

  private static void write(JsonWriter json, @Nullable Object value) {
    switch (value) {
      case null -> json.nullValue();
      case Map<?, ?> map -> {
        json.beginObject();
        map.forEach(
            (name, member) -> {
              json.name(String.valueOf(name));
              write(json, member);
            });
        json.endObject();
      }
      case List<?> list -> {
        json.beginArray();
        list.forEach(item -> write(json, item));
        json.endArray();
      }
      case Long number -> json.value(number);
      case Double number -> json.value(number);
      case Boolean truth -> json.value(truth);
      default -> json.value(value.toString());
    }
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
