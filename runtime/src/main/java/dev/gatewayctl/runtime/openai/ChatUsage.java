package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonValue;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The `usage` object of the chat protocol and of its dialects.
final class ChatUsage {
  private ChatUsage() {}

  /// The usage of an answer or of a stream's event: in `usage`, for some in `x_groq.usage`; null
  /// when it reports none.
  static @Nullable Usage find(JsonValue root) {
    JsonValue usage = root.find("usage");
    if (usage == null || !usage.isObject()) {
      JsonValue vendor = root.find("x_groq");
      usage = vendor == null ? null : vendor.find("usage");
    }
    return usage == null || !usage.isObject() ? null : read(usage);
  }

  private static Usage read(JsonValue usage) {
    JsonValue inputParts = usage.find("prompt_tokens_details");
    JsonValue outputParts = usage.find("completion_tokens_details");
    OptionalLong input = count(usage, "prompt_tokens");
    OptionalLong output = count(usage, "completion_tokens");
    OptionalLong reasoning =
        first(count(outputParts, "reasoning_tokens"), count(usage, "reasoning_tokens"));
    OptionalLong cached =
        first(
            count(inputParts, "cached_tokens"),
            count(usage, "prompt_cache_hit_tokens"),
            count(usage, "num_cached_tokens"),
            count(usage, "cached_tokens"));
    OptionalLong written =
        first(
            count(inputParts, "cache_write_tokens"),
            count(inputParts, "cache_creation_tokens"),
            count(usage, "cache_creation_input_tokens"));
    return new Usage(
        input,
        cached,
        written,
        OptionalLong.empty(),
        withReasoning(input, output, reasoning, count(usage, "total_tokens")),
        reasoning,
        false);
  }

  /// Some providers (xAI) count reasoning beside `completion_tokens`, not in it: then only all
  /// three together are the total.
  private static OptionalLong withReasoning(
      OptionalLong input, OptionalLong output, OptionalLong reasoning, OptionalLong total) {
    boolean known =
        input.isPresent() && output.isPresent() && reasoning.isPresent() && total.isPresent();
    if (known && reasoning.getAsLong() > 0) {
      long all = input.getAsLong() + output.getAsLong() + reasoning.getAsLong();
      if (all == total.getAsLong()) {
        return OptionalLong.of(output.getAsLong() + reasoning.getAsLong());
      }
    }
    return output;
  }

  private static OptionalLong first(OptionalLong... candidates) {
    for (OptionalLong candidate : candidates) {
      if (candidate.isPresent()) {
        return candidate;
      }
    }
    return OptionalLong.empty();
  }

  /// A count that is there, whole and not negative.
  private static OptionalLong count(@Nullable JsonValue object, String name) {
    JsonValue value = object == null ? null : object.find(name);
    OptionalLong number = value == null ? OptionalLong.empty() : value.wholeNumber();
    return number.isPresent() && number.getAsLong() >= 0 ? number : OptionalLong.empty();
  }
}
