package dev.gatewayctl.runtime.wire;

import dev.gatewayctl.policy.catalog.Location;

/// A text that a stream carries in fragments: one of several that run side by side.
///
/// @param choice the index of the choice
/// @param member what carries it, such as `content`, `reasoning_content` or `tool_calls`
/// @param index which of several of that kind, 0 where there is one
/// @param continues whether later events may go on with it; otherwise each text is whole
public record Channel(int choice, String member, int index, Location location, boolean continues) {
  /// A text that stands in one event and nowhere else.
  static Channel single(int choice, Location location) {
    return new Channel(choice, "", 0, location, false);
  }

  /// A text that goes on in later events.
  static Channel running(int choice, String member, int index, Location location) {
    return new Channel(choice, member, index, location, true);
  }
}
