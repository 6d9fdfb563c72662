package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.Pieces;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// One walk over a request that collects its texts and facts. What is wrong ends the walk with
/// [Unfit].
final class GeminiReading {
  /// Numbers and switches of `generationConfig`: nothing a text could hide in.
  private static final Set<String> SETTINGS =
      Set.of(
          "candidateCount",
          "enableAffectiveDialog",
          "enableEnhancedCivicAnswers",
          "frequencyPenalty",
          "logprobs",
          "maxOutputTokens",
          "presencePenalty",
          "responseLogprobs",
          "seed",
          "temperature",
          "topK",
          "topP");

  private final RequestContent content = new RequestContent();
  private final Pieces pieces = content.pieces();
  private final GeminiParts parts = new GeminiParts(content);

  /// What was found.
  RequestContent content() {
    return content;
  }

  /// A request for content.
  void request(JsonValue request, String place) throws Unfit {
    for (JsonValue.Member member : Names.members(request, place)) {
      JsonValue value = member.value();
      String name = Names.canonical(member.name());
      String here = Names.below(place, name);
      switch (name) {
        case "model" -> {}
        case "contents" -> parts.turns(value, here);
        case "systemInstruction" -> system(value, here);
        case "tools" -> tools(value, here);
        case "toolConfig" -> toolConfig(value, here);
        case "generationConfig" -> generationConfig(value, here);
        case "cachedContent" -> cachedContent(value);
        case "labels" -> labels(value, here);
        case "safetySettings", "serviceTier", "modelArmorConfig" ->
            pieces.walkFixed(value, Location.METADATA);
        case "generateContentRequest" -> request(value, here);
        default -> unknown(member);
      }
    }
  }

  /// A request for embeddings: its content is input, its settings are members beside it.
  void embed(JsonValue request, String place) throws Unfit {
    for (JsonValue.Member member : Names.members(request, place)) {
      JsonValue value = member.value();
      String name = Names.canonical(member.name());
      switch (name) {
        case "model" -> {}
        case "content" -> {
          if (!value.isNull()) {
            parts.turn(value, Location.INPUT, Names.below(place, name));
          }
        }
        case "title" -> pieces.walk(value, Location.INPUT);
        case "taskType" -> pieces.walkFixed(value, Location.METADATA);
        case "outputDimensionality", "autoTruncate" -> setting(value);
        default -> unknown(member);
      }
    }
  }

  private void unknown(JsonValue.Member member) {
    pieces.fixed(member.name(), Location.METADATA);
    pieces.walk(member.value(), Location.METADATA);
  }

  private void system(JsonValue value, String place) throws Unfit {
    if (value.isNull()) {
      return;
    }
    int before = pieces.size();
    parts.turn(value, Location.SYSTEM, place);
    content.systemSince(before);
  }

  private void cachedContent(JsonValue value) {
    pieces.walkFixed(value, Location.REFERENCE);
    if (!value.isNull()) {
      content.addOpaque(new Opaque("opaque", true));
    }
  }

  private void labels(JsonValue value, String place) throws Unfit {
    if (value.isNull()) {
      return;
    }
    if (!value.isObject()) {
      throw new Unfit(place, "is not an object");
    }
    Map<String, Object> map = new LinkedHashMap<>();
    for (JsonValue.Member member : value.members()) {
      member.value().plain().ifPresent(v -> map.put(member.name().text().string(), v));
    }
    content.setMetadata(map);
    pieces.walk(value, Location.METADATA);
  }

  private void generationConfig(JsonValue value, String place) throws Unfit {
    if (value.isNull()) {
      return;
    }
    for (JsonValue.Member member : Names.members(value, place)) {
      JsonValue setting = member.value();
      String name = Names.canonical(member.name());
      switch (name) {
        case "responseSchema", "responseJsonSchema", "_responseJsonSchema" ->
            pieces.schema(setting, Location.METADATA);
        case "stopSequences" -> pieces.walk(setting, Location.METADATA);
        case "thinkingConfig" -> thinkingConfig(setting, Names.below(place, name));
        case "responseMimeType", "responseModalities", "mediaResolution" ->
            pieces.walkFixed(setting, Location.METADATA);
        case "speechConfig", "imageConfig" -> pieces.walk(setting, Location.METADATA);
        default -> {
          if (SETTINGS.contains(name)) {
            setting(setting);
          } else {
            unknown(member);
          }
        }
      }
    }
  }

  private void thinkingConfig(JsonValue value, String place) throws Unfit {
    if (value.isNull()) {
      return;
    }
    for (JsonValue.Member member : Names.members(value, place)) {
      switch (Names.canonical(member.name())) {
        case "includeThoughts", "thinkingBudget" -> setting(member.value());
        case "thinkingLevel" -> pieces.walkFixed(member.value(), Location.METADATA);
        default -> unknown(member);
      }
    }
  }

  /// A setting of an unexpected type is text like that of any unknown member.
  private void setting(JsonValue value) {
    if (!value.isNumber() && !value.isBoolean()) {
      pieces.walk(value, Location.METADATA);
    }
  }

  private void toolConfig(JsonValue value, String place) throws Unfit {
    if (value.isNull()) {
      return;
    }
    for (JsonValue.Member member : Names.members(value, place)) {
      if (Names.canonical(member.name()).equals("functionCallingConfig")) {
        pieces.walkFixed(member.value(), Location.METADATA);
      } else {
        unknown(member);
      }
    }
  }

  private void tools(JsonValue value, String place) throws Unfit {
    int index = 0;
    for (JsonValue tool : Names.items(value, place)) {
      String here = place + "[" + index + "]";
      for (JsonValue.Member member : Names.members(tool, here)) {
        String name = Names.canonical(member.name());
        if (name.equals("functionDeclarations")) {
          functions(member.value(), Names.below(here, name));
        } else if (!member.value().isNull()) {
          content.addTool(name);
          pieces.fixed(member.name(), Location.TOOL_DEFINITION);
          pieces.walk(member.value(), Location.TOOL_DEFINITION);
        }
      }
      index++;
    }
  }

  private void functions(JsonValue value, String place) throws Unfit {
    int index = 0;
    for (JsonValue function : Names.items(value, place)) {
      for (JsonValue.Member member : Names.members(function, place + "[" + index + "]")) {
        JsonValue said = member.value();
        switch (Names.canonical(member.name())) {
          case "name" -> {
            said.string().ifPresent(content::addTool);
            pieces.walkFixed(said, Location.TOOL_DEFINITION);
          }
          case "parameters", "parametersJsonSchema", "response", "responseJsonSchema" ->
              pieces.schema(said, Location.TOOL_DEFINITION);
          case "behavior" -> pieces.walkFixed(said, Location.TOOL_DEFINITION);
          case "description" -> pieces.walk(said, Location.TOOL_DEFINITION);
          default -> {
            pieces.fixed(member.name(), Location.TOOL_DEFINITION);
            pieces.walk(said, Location.TOOL_DEFINITION);
          }
        }
      }
      index++;
    }
  }
}
