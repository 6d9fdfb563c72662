package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.runtime.json.JsonText;
import dev.gatewayctl.runtime.json.JsonValue;

/// Tells base64 from text.
final class Base64Text {
  private Base64Text() {}

  /// Whether a value is a string of nothing but base64 with its padding at the end.
  static boolean is(JsonValue value) {
    if (!value.isString()) {
      return false;
    }
    JsonText text = value.text();
    byte[] bytes = text.bytes();
    int to = text.to();
    while (to > text.from() && to > text.to() - 2 && bytes[to - 1] == '=') {
      to--;
    }
    for (int i = text.from(); i < to; i++) {
      byte b = bytes[i];
      boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
      if (!letter && b != '+' && b != '/') {
        return false;
      }
    }
    return true;
  }

  /// Whether a value is a string of what ids are made of, short enough to hold no text.
  static boolean isId(JsonValue value) {
    if (!value.isString() || value.end() - value.start() > 66) {
      return false;
    }
    JsonText text = value.text();
    for (int i = text.from(); i < text.to(); i++) {
      byte b = text.bytes()[i];
      boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
      if (!letter && b != '-' && b != '_' && b != '.' && b != ':') {
        return false;
      }
    }
    return true;
  }
}
