package dev.gatewayctl.runtime.wire;

import dev.gatewayctl.policy.catalog.Location;

/// A text that a stream carries in fragments: one of several that run side by side.
///
/// @param choice the index of the choice
/// @param member what carries it, such as `content`, `reasoning_content` or `tool_calls`
/// @param index which of several of that kind, 0 where there is one
/// @param continues whether later events may go on with it; otherwise each text is whole
/// @param repeats whether the text says again as a whole what came in fragments before: it is
///   masked and refused like any other, and what is found in it is not counted a second time
public record Channel(
    int choice, String member, int index, Location location, boolean continues, boolean repeats) {
  /// A text that stands in one event and nowhere else.
  public static Channel single(int choice, Location location) {
    return new Channel(choice, "", 0, location, false, false);
  }

  /// A text that goes on in later events.
  public static Channel running(int choice, String member, int index, Location location) {
    return new Channel(choice, member, index, location, true, false);
  }

  /// A text that came in fragments before and now comes again as a whole.
  public static Channel repeated(int choice, Location location) {
    return new Channel(choice, "", 0, location, false, true);
  }
}
