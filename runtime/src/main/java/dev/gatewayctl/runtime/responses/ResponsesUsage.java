package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The `usage` object of the responses protocol: input with its cached part, output with its
/// reasoning.
final class ResponsesUsage {
  private ResponsesUsage() {}

  /// The usage of a response object; unknown when it reports none.
  static Usage of(JsonValue response) {
    JsonValue usage = response.find("usage");
    if (usage == null || !usage.isObject()) {
      return Usage.UNKNOWN;
    }
    JsonValue input = usage.find("input_tokens_details");
    JsonValue output = usage.find("output_tokens_details");
    return new Usage(
        count(usage, "input_tokens"),
        count(input, "cached_tokens"),
        count(input, "cache_write_tokens"),
        OptionalLong.empty(),
        count(usage, "output_tokens"),
        count(output, "reasoning_tokens"),
        false);
  }

  /// Writes the member `usage`. Official clients need all its counts, so unknown ones are zero.
  static void write(JsonWriter json, Usage usage) {
    long input = usage.input().orElse(0);
    long output = usage.output().orElse(0);
    json.name("usage").beginObject().name("input_tokens").value(input);
    json.name("input_tokens_details").beginObject();
    json.name("cached_tokens").value(usage.cached().orElse(0));
    json.name("cache_write_tokens").value(usage.cacheWrite().orElse(0)).endObject();
    json.name("output_tokens").value(output).name("output_tokens_details").beginObject();
    json.name("reasoning_tokens").value(usage.reasoning().orElse(0)).endObject();
    json.name("total_tokens").value(input + output).endObject();
  }

  /// A count that is there, whole and not negative.
  private static OptionalLong count(@Nullable JsonValue object, String name) {
    JsonValue value = object == null ? null : object.find(name);
    OptionalLong number = value == null ? OptionalLong.empty() : value.wholeNumber();
    return number.isPresent() && number.getAsLong() >= 0 ? number : OptionalLong.empty();
  }
}
