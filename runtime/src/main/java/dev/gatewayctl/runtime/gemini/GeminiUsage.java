package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonValue;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The `usageMetadata` of an answer. The prompt's count holds what came from the cache; what tools
/// of the provider read is input beside it. Thoughts are output beside the candidates' count.
final class GeminiUsage {
  private GeminiUsage() {}

  /// The usage of an answer or of a stream's event; null when it reports none.
  static @Nullable Usage find(JsonValue root) {
    JsonValue usage = root.find("usageMetadata");
    return usage == null || !usage.isObject() ? null : read(usage);
  }

  private static Usage read(JsonValue usage) {
    OptionalLong prompt = count(usage, "promptTokenCount");
    OptionalLong tools = count(usage, "toolUsePromptTokenCount");
    OptionalLong candidates = count(usage, "candidatesTokenCount");
    OptionalLong thoughts = count(usage, "thoughtsTokenCount");
    OptionalLong total = count(usage, "totalTokenCount");
    OptionalLong input = sum(prompt, tools);
    OptionalLong output = sum(candidates, thoughts);
    // A count of zero is left out; the total says that it was.
    if (output.isEmpty() && total.isPresent() && input.isPresent()) {
      output = OptionalLong.of(Math.max(0, total.getAsLong() - input.getAsLong()));
    }
    return new Usage(
        input,
        count(usage, "cachedContentTokenCount"),
        OptionalLong.empty(),
        OptionalLong.empty(),
        output,
        thoughts,
        false);
  }

  /// The sum of what is known; empty when nothing is.
  private static OptionalLong sum(OptionalLong first, OptionalLong second) {
    return first.isEmpty() ? second : OptionalLong.of(first.getAsLong() + second.orElse(0));
  }

  /// A count that is there, whole and not negative.
  private static OptionalLong count(JsonValue object, String name) {
    JsonValue value = object.find(name);
    OptionalLong number = value == null ? OptionalLong.empty() : value.wholeNumber();
    return number.isPresent() && number.getAsLong() >= 0 ? number : OptionalLong.empty();
  }
}
