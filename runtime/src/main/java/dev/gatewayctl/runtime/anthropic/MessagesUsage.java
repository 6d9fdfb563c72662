package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonValue;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The `usage` object of the protocol, put together over the events of a stream: each count
/// replaces the one before and is never added to it (`message_delta` says all of the answer again).
///
/// The protocol's `input_tokens` are only those that no cache had a part in; ours are all.
final class MessagesUsage {
  private OptionalLong uncached = OptionalLong.empty();
  private OptionalLong cached = OptionalLong.empty();
  private OptionalLong written = OptionalLong.empty();
  private OptionalLong writtenShort = OptionalLong.empty();
  private OptionalLong writtenLong = OptionalLong.empty();
  private OptionalLong output = OptionalLong.empty();
  private OptionalLong reasoning = OptionalLong.empty();

  /// Takes the counts that an object reports; null counts and other types say nothing.
  void report(@Nullable JsonValue usage) {
    if (usage == null || !usage.isObject()) {
      return;
    }
    uncached = newer(usage, "input_tokens", uncached);
    cached = newer(usage, "cache_read_input_tokens", cached);
    OptionalLong before = written;
    written = newer(usage, "cache_creation_input_tokens", written);
    output = newer(usage, "output_tokens", output);
    JsonValue writes = usage.present("cache_creation");
    if (writes != null) {
      writtenShort = newer(writes, "ephemeral_5m_input_tokens", writtenShort);
      writtenLong = newer(writes, "ephemeral_1h_input_tokens", writtenLong);
    } else if (!before.equals(written) && before.isPresent()) {
      // A new total without its parts: the parts of the old one no longer fit.
      writtenShort = OptionalLong.empty();
      writtenLong = atMost(writtenLong, written);
    }
    JsonValue parts = usage.present("output_tokens_details");
    if (parts != null) {
      reasoning = newer(parts, "thinking_tokens", reasoning);
    }
  }

  private static OptionalLong atMost(OptionalLong part, OptionalLong whole) {
    return part.isPresent() && whole.isPresent()
        ? OptionalLong.of(Math.min(part.getAsLong(), whole.getAsLong()))
        : part;
  }

  private static OptionalLong newer(JsonValue object, String name, OptionalLong before) {
    JsonValue value = object.find(name);
    OptionalLong number = value == null ? OptionalLong.empty() : value.wholeNumber();
    return number.isPresent() && number.getAsLong() >= 0 ? number : before;
  }

  /// The protocol's own `input_tokens`, 0 while they are unknown.
  long uncachedInput() {
    return uncached.orElse(0);
  }

  /// All that was reported so far.
  Usage usage() {
    OptionalLong short5m = writtenShort;
    if (written.isPresent()) {
      short5m = OptionalLong.of(Math.max(0, written.getAsLong() - writtenLong.orElse(0)));
    }
    boolean told = uncached.isPresent() || cached.isPresent();
    OptionalLong input =
        told
            ? OptionalLong.of(
                sum(
                    sum(uncached.orElse(0), cached.orElse(0)),
                    sum(short5m.orElse(0), writtenLong.orElse(0))))
            : OptionalLong.empty();
    return new Usage(input, cached, short5m, writtenLong, output, reasoning, false);
  }

  /// Counts of a hostile provider may be as large as they like.
  private static long sum(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  /// The finish reason in the chat protocol's words; the protocol's own where there is none.
  static String finishReason(String stopReason) {
    return switch (stopReason) {
      case "end_turn", "stop_sequence" -> "stop";
      case "tool_use" -> "tool_calls";
      case "max_tokens", "model_context_window_exceeded" -> "length";
      case "refusal" -> "content_filter";
      default -> stopReason;
    };
  }
}
