package dev.gatewayctl.runtime.engine;

/// A credential. It shows itself only to who asks for the value.
public record Secret(String value) {
  @Override
  public String toString() {
    return "***";
  }
}
