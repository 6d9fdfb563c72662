package dev.gatewayctl.runtime.surface;

import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonValue;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The tokens that an answer of images, sound or ranking reports: `usage` in the words of the newer
/// or the older OpenAI protocols, or Cohere's `meta.tokens`.
final class UnreadUsage {
  private UnreadUsage() {}

  static Usage of(JsonValue root) {
    JsonValue said = root.present("usage");
    JsonValue meta = root.present("meta");
    JsonValue usage = said == null && meta != null ? meta.present("tokens") : said;
    if (usage == null || !usage.isObject()) {
      return Usage.UNKNOWN;
    }
    OptionalLong output = first(usage, "output_tokens", "completion_tokens");
    OptionalLong input = first(usage, "input_tokens", "prompt_tokens");
    if (input.isEmpty() && output.isEmpty()) {
      // What ranks reads all of it and writes nothing.
      input = first(usage, "total_tokens", "total_tokens");
    }
    if (input.isEmpty() && output.isEmpty()) {
      return Usage.UNKNOWN;
    }
    return new Usage(
        input,
        count(usage.find("input_tokens_details"), "cached_tokens"),
        OptionalLong.empty(),
        OptionalLong.empty(),
        output.isPresent() ? output : OptionalLong.of(0),
        count(usage.find("output_tokens_details"), "reasoning_tokens"),
        false);
  }

  private static OptionalLong first(JsonValue usage, String name, String other) {
    OptionalLong one = count(usage, name);
    return one.isPresent() ? one : count(usage, other);
  }

  private static OptionalLong count(@Nullable JsonValue object, String name) {
    JsonValue value = object == null ? null : object.find(name);
    OptionalLong number = value == null ? OptionalLong.empty() : value.wholeNumber();
    return number.isPresent() && number.getAsLong() >= 0 ? number : OptionalLong.empty();
  }
}
