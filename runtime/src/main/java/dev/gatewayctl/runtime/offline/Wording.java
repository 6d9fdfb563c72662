package dev.gatewayctl.runtime.offline;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.graph.ProviderNode;
import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.CallerProtocol;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.meter.TokenCounter;
import dev.gatewayctl.runtime.openai.OpenAiBody;
import dev.gatewayctl.runtime.surface.Route;
import dev.gatewayctl.runtime.surface.Routes;
import dev.gatewayctl.runtime.surface.Spoken;
import dev.gatewayctl.runtime.surface.Surfaces;
import dev.gatewayctl.runtime.translation.Translation;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.Frame;
import dev.gatewayctl.runtime.wire.Framing;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.StreamDialect;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// How each surface spells what an author writes as a plain text: a prompt, an answer; and how the
/// text of an answer is read back. What the gateway itself says is spelled by the surface's own
/// [dev.gatewayctl.runtime.wire.Dialect].
final class Wording {
  /// What a protocol that must be told a cap on output is told.
  private static final int MOST_OUTPUT = 1_024;

  private static final Set<Surface> BY_PATH =
      EnumSet.of(
          Surface.GEMINI,
          Surface.GEMINI_STREAM,
          Surface.GEMINI_EMBED,
          Surface.CONVERSE,
          Surface.CONVERSE_STREAM);

  /// Surfaces whose body asks for a stream.
  private static final Set<Surface> STREAMED_BY_BODY =
      EnumSet.of(Surface.CHAT, Surface.RESPONSES, Surface.COMPLETIONS, Surface.MESSAGES);

  /// Surfaces whose answers always tell tokens: without any they would tell that there are none.
  private static final Set<Surface> COUNTED =
      EnumSet.of(Surface.MESSAGES, Surface.CONVERSE, Surface.CONVERSE_STREAM);

  private Wording() {}

  /// Whether a prompt can be asked on a surface.
  static boolean asks(Surface surface) {
    return !path(surface, "m").isEmpty() && Surfaces.find(surface).isPresent();
  }

  /// Whether a plain text can be an answer on a surface.
  static boolean answers(Surface surface) {
    return asks(surface) && Translation.caller(spoken(surface, "m")).isPresent();
  }

  /// Whether the path says the model and what is a stream.
  static boolean saidByPath(Surface surface) {
    return BY_PATH.contains(surface);
  }

  /// The words of the surfaces on which a prompt can be asked.
  static List<String> words() {
    return Arrays.stream(Surface.values()).filter(Wording::asks).map(Surface::word).toList();
  }

  /// The surface that streams what this one answers whole: another where the path says it.
  static Surface streaming(Surface surface) {
    return surface == Surface.GEMINI
        ? Surface.GEMINI_STREAM
        : surface == Surface.CONVERSE ? Surface.CONVERSE_STREAM : surface;
  }

  /// Whether every answer of the surface is a stream.
  static boolean alwaysStreams(Surface surface) {
    return surface == Surface.GEMINI_STREAM || surface == Surface.CONVERSE_STREAM;
  }

  /// The path that a caller asks, its query included; empty where no prompt can be asked.
  static String path(Surface surface, String model) {
    String name = URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20");
    return switch (surface) {
      case CHAT -> "/v1/chat/completions";
      case RESPONSES -> "/v1/responses";
      case COMPLETIONS -> "/v1/completions";
      case EMBEDDINGS -> "/v1/embeddings";
      case MODERATIONS -> "/v1/moderations";
      case MESSAGES -> "/v1/messages";
      case COUNT_TOKENS -> "/v1/messages/count_tokens";
      case GEMINI -> "/v1beta/models/" + name + ":generateContent";
      case GEMINI_STREAM -> "/v1beta/models/" + name + ":streamGenerateContent?alt=sse";
      case GEMINI_EMBED -> "/v1beta/models/" + name + ":embedContent";
      case CONVERSE -> "/model/" + name + "/converse";
      case CONVERSE_STREAM -> "/model/" + name + "/converse-stream";
      case MODELS, OLLAMA, MCP, IMAGES, AUDIO, FILES, BATCHES, RERANK -> "";
    };
  }

  /// How a caller asks on a surface where [#asks].
  static Spoken spoken(Surface surface, String model) {
    String[] parts = path(surface, model).split("\\?", 2);
    if (Routes.match("POST", parts[0], parts.length == 1 ? "" : parts[1])
        instanceof Route.Call(Surface found, String operation, RequestPath said)) {
      return new Spoken(found, Surfaces.dialect(found), operation, said);
    }
    throw new IllegalArgumentException("no prompt can be asked on " + surface.word());
  }

  /// How a target hears what was translated for it.
  static Spoken heard(ProviderNode provider, String model) {
    return spoken(
        switch (provider.spoken()) {
          case ANTHROPIC -> Surface.MESSAGES;
          case GEMINI, VERTEX -> Surface.GEMINI;
          case BEDROCK -> Surface.CONVERSE;
          case OPENAI, AZURE_OPENAI, OLLAMA, COHERE, MCP, SCRIPT -> Surface.CHAT;
        },
        model);
  }

  /// A body that asks one question on a surface where [#asks].
  static byte[] body(Surface surface, String model, String prompt, boolean stream) {
    JsonWriter json = new JsonWriter().beginObject();
    switch (surface) {
      case CHAT, COUNT_TOKENS -> message(json.name("model").value(model), prompt);
      case MESSAGES ->
          message(json.name("model").value(model).name("max_tokens").value(MOST_OUTPUT), prompt);
      case RESPONSES, EMBEDDINGS, MODERATIONS ->
          json.name("model").value(model).name("input").value(prompt);
      case COMPLETIONS -> json.name("model").value(model).name("prompt").value(prompt);
      case GEMINI, GEMINI_STREAM -> {
        json.name("contents").beginArray().beginObject().name("role").value("user");
        text(json.name("parts"), prompt).endObject().endArray();
      }
      case GEMINI_EMBED ->
          text(json.name("content").beginObject().name("parts"), prompt).endObject();
      case CONVERSE, CONVERSE_STREAM -> {
        json.name("messages").beginArray().beginObject().name("role").value("user");
        text(json.name("content"), prompt).endObject().endArray();
      }
      case MODELS, OLLAMA, MCP, IMAGES, AUDIO, FILES, BATCHES, RERANK ->
          throw new IllegalArgumentException("no prompt can be asked on " + surface.word());
    }
    if (stream && STREAMED_BY_BODY.contains(surface)) {
      json.name("stream").value(true);
    }
    return json.endObject().text().getBytes(StandardCharsets.UTF_8);
  }

  private static void message(JsonWriter json, String prompt) {
    json.name("messages").beginArray().beginObject();
    json.name("role").value("user").name("content").value(prompt).endObject().endArray();
  }

  private static JsonWriter text(JsonWriter json, String prompt) {
    return json.beginArray().beginObject().name("text").value(prompt).endObject().endArray();
  }

  /// A text as a whole answer on a surface where [#answers].
  static byte[] whole(Spoken spoken, String text, CallerProtocol.Answering answering) {
    return protocol(spoken).whole(events(spoken, List.of(text), answering), answering);
  }

  /// A text as a stream, one array of bytes for each part.
  ///
  /// @param cuts code points at which it is cut; without any it is cut between words
  static List<byte[]> streamed(
      Spoken spoken, String text, List<Integer> cuts, CallerProtocol.Answering answering) {
    CallerProtocol.Writer writer = protocol(spoken).stream(answering);
    List<byte[]> parts = new ArrayList<>();
    for (AnswerEvent event : events(spoken, OpenAiBody.parts(text, cuts), answering)) {
      parts.add(writer.write(event));
    }
    return parts;
  }

  private static CallerProtocol protocol(Spoken spoken) {
    return Translation.caller(spoken)
        .orElseThrow(
            () -> new IllegalArgumentException("no text answers on " + spoken.surface().word()));
  }

  private static List<AnswerEvent> events(
      Spoken spoken, List<String> texts, CallerProtocol.Answering answering) {
    List<AnswerEvent> events = new ArrayList<>();
    events.add(new AnswerEvent.Began(Optional.of("authored"), Optional.of(answering.model())));
    texts.forEach(text -> events.add(new AnswerEvent.Text(0, text)));
    if (COUNTED.contains(spoken.surface())) {
      events.add(
          new AnswerEvent.Counted(
              new Usage(
                  OptionalLong.of(answering.inputEstimate()),
                  OptionalLong.empty(),
                  OptionalLong.empty(),
                  OptionalLong.empty(),
                  OptionalLong.of(TokenCounter.count(String.join("", texts))),
                  OptionalLong.empty(),
                  true)));
    }
    events.add(new AnswerEvent.Finished(0, AnswerEvent.StopReason.STOP, "stop", Optional.empty()));
    events.add(new AnswerEvent.Ended());
    return events;
  }

  /// The assistant's text in what a caller gets, whole or as a stream; of a body that is no answer
  /// the body itself.
  static String answered(Spoken spoken, byte[] received) {
    String text =
        JsonDocument.read(received) instanceof JsonDocument.Reading.Read
            ? spoken.dialect().answer(received) instanceof AnswerBody.Reading.Read read
                ? read.answer().text()
                : ""
            : gathered(spoken, received);
    return text.isEmpty() ? new String(received, StandardCharsets.UTF_8) : text;
  }

  private static String gathered(Spoken spoken, byte[] received) {
    StringBuilder text = new StringBuilder();
    StreamDialect stream = spoken.dialect().stream(new StreamDialect.Settings(false, false, 1));
    Framing framing = stream.framing();
    framing.feed(received, 0, received.length);
    for (Frame frame = framing.next(); frame != null; frame = framing.next()) {
      if (frame.hasData()) {
        for (StreamDialect.StreamText each : stream.read(frame).texts()) {
          if (each.channel().location() == Location.ASSISTANT && each.channel().continues()) {
            text.append(each.piece().text().string());
          }
        }
        stream.passed();
      }
    }
    return text.toString();
  }
}
