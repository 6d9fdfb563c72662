package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The protocol's `usage`. Its `inputTokens` are only those that no cache had a part in; ours are
/// all. Its `outputTokens` hold those of thoughts and do not say how many they are.
final class ConverseUsage {
  private ConverseUsage() {}

  /// What an answer or a `metadata` event reports.
  static Usage of(@Nullable JsonValue usage) {
    if (usage == null || !usage.isObject()) {
      return Usage.UNKNOWN;
    }
    OptionalLong uncached = count(usage, "inputTokens");
    OptionalLong cached = count(usage, "cacheReadInputTokens");
    OptionalLong written = count(usage, "cacheWriteInputTokens");
    OptionalLong longer = written(usage);
    if (longer.isPresent()) {
      long longest = written.isPresent() ? written.getAsLong() : longer.getAsLong();
      longer = OptionalLong.of(Math.min(longer.getAsLong(), longest));
      written = OptionalLong.of(longest - longer.getAsLong());
    }
    long caches = sum(cached.orElse(0), sum(written.orElse(0), longer.orElse(0)));
    OptionalLong input =
        uncached.isPresent()
            ? OptionalLong.of(sum(uncached.getAsLong(), caches))
            : OptionalLong.empty();
    return new Usage(
        input, cached, written, longer, count(usage, "outputTokens"), OptionalLong.empty(), false);
  }

  /// What was written to the cache for an hour.
  private static OptionalLong written(JsonValue usage) {
    JsonValue details = usage.find("cacheDetails");
    OptionalLong longer = OptionalLong.empty();
    for (JsonValue detail : details == null ? List.<JsonValue>of() : details.items()) {
      JsonValue ttl = detail.find("ttl");
      OptionalLong tokens = count(detail, "inputTokens");
      if (ttl != null && ttl.is("1h") && tokens.isPresent()) {
        longer = OptionalLong.of(sum(longer.orElse(0), tokens.getAsLong()));
      }
    }
    return longer;
  }

  private static OptionalLong count(JsonValue object, String name) {
    JsonValue value = object.find(name);
    OptionalLong number = value == null ? OptionalLong.empty() : value.wholeNumber();
    return number.isPresent() && number.getAsLong() >= 0 ? number : OptionalLong.empty();
  }

  /// Counts of a hostile provider may be as large as they like.
  private static long sum(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  /// Writes what is known as the protocol's object; its clients need the three first counts.
  static void write(JsonWriter json, Usage usage) {
    long cached = usage.cached().orElse(0);
    long longer = usage.cacheWrite1h().orElse(0);
    long written = sum(usage.cacheWrite().orElse(0), longer);
    long input = usage.input().orElse(0);
    long output = usage.output().orElse(0);
    json.beginObject().name("inputTokens").value(Math.max(0, input - sum(cached, written)));
    json.name("outputTokens").value(output).name("totalTokens").value(sum(input, output));
    if (usage.cached().isPresent()) {
      json.name("cacheReadInputTokens").value(cached);
    }
    if (usage.cacheWrite().isPresent() || usage.cacheWrite1h().isPresent()) {
      json.name("cacheWriteInputTokens").value(written);
    }
    if (longer > 0) {
      json.name("cacheDetails").beginArray().beginObject();
      json.name("ttl").value("1h").name("inputTokens").value(longer).endObject();
      if (written > longer) {
        json.beginObject().name("ttl").value("5m");
        json.name("inputTokens").value(written - longer).endObject();
      }
      json.endArray();
    }
    json.endObject();
  }
}
