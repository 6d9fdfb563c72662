package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.wire.Channel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// One text that a stream tells in fragments, and how much of it was let out.
final class SpokenText {
  private final String stem;
  private final String itemId;
  private final int output;
  private final int inner;
  private final Channel channel;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// Whether an event said that its part begins, and whether one said that the text or the part
  /// ends.
  private boolean inPart;

  private boolean textDone;
  private boolean partDone;

  /// @param ordinal counts the texts of a stream
  SpokenText(ResponseEvent event, String stem, int ordinal, Location location) {
    this.stem = stem;
    this.itemId = event.itemId();
    this.output = event.output();
    this.inner = event.inner();
    this.channel = Channel.running(0, stem, ordinal, location);
  }

  Channel channel() {
    return channel;
  }

  String stem() {
    return stem;
  }

  String itemId() {
    return itemId;
  }

  int output() {
    return output;
  }

  int inner() {
    return inner;
  }

  boolean is(String anotherStem, ResponseEvent event) {
    return output == event.output() && inner == event.inner() && stem.equals(anotherStem);
  }

  /// Whether that event says that this text ends.
  boolean endsWith(ResponseEvent event) {
    if (!event.isDone() || output != event.output()) {
      return false;
    }
    return switch (event.stem()) {
      case "output_item" -> true;
      case "content_part" ->
          inner == event.inner() && ResponseEvent.innerMember(stem).equals("content_index");
      case "reasoning_summary_part" ->
          inner == event.inner() && stem.equals("reasoning_summary_text");
      default -> is(event.stem(), event);
    };
  }

  void add(byte[] utf8, int from, int to) {
    out.write(utf8, from, to - from);
  }

  /// What was let out.
  String soFar() {
    return out.toString(StandardCharsets.UTF_8);
  }

  boolean isEmpty() {
    return out.size() == 0;
  }

  /// Its item is told as a whole now.
  void forget() {
    textDone = true;
    partDone = true;
    out.reset();
  }

  boolean inPart() {
    return inPart;
  }

  void beginPart() {
    inPart = true;
  }

  boolean textDone() {
    return textDone;
  }

  void endText() {
    textDone = true;
  }

  boolean partDone() {
    return partDone;
  }

  void endPart() {
    textDone = true;
    partDone = true;
  }

  /// Sizes only: texts are callers' content.
  @Override
  public String toString() {
    return "SpokenText(" + stem + ", " + out.size() + " bytes)";
  }
}
