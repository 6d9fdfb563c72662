package dev.gatewayctl.runtime.upstream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which answers come event by event.
final class Streams {
  private static final List<String> TYPES =
      List.of("text/event-stream", "application/x-ndjson", "application/vnd.amazon.eventstream");

  private Streams() {}

  /// Whether a media type is that of a stream.
  static boolean isOne(@Nullable String type) {
    return type != null
        && TYPES.stream().anyMatch(one -> type.regionMatches(true, 0, one, 0, one.length()));
  }
}
