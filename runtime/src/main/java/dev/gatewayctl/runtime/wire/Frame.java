package dev.gatewayctl.runtime.wire;

import dev.gatewayctl.runtime.json.Splices;

/// One event of a stream as it came: its bytes, and where its data stands in them.
public interface Frame {
  /// The bytes as they came, framing and all.
  byte[] raw();

  /// Whether it carries data; a comment does not.
  boolean hasData();

  /// The array in which the data stands; not to be changed.
  byte[] data();

  int dataFrom();

  int dataTo();

  /// What the framing calls the event, such as the value of an `event:` line; empty when it does
  /// not.
  String name();

  /// The bytes with changes to [#data]; what is not data stays as it came.
  byte[] write(Splices changes);

  /// Whether the data is exactly this, blanks at its end aside.
  default boolean dataIs(String ascii) {
    byte[] data = data();
    int from = dataFrom();
    int to = dataTo();
    while (to > from && data[to - 1] == ' ') {
      to--;
    }
    if (to - from != ascii.length()) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if (data[from + i] != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
