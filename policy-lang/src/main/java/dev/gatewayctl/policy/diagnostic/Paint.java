package dev.gatewayctl.policy.diagnostic;

/// The colours of rendered diagnostics, or none.
record Paint(boolean colour, Severity severity) {
  private static final String BOLD = "1";
  private static final String BLUE = "1;34";

  String title(String text) {
    String code =
        switch (severity) {
          case ERROR -> "1;31";
          case WARNING -> "1;33";
          case NOTE -> "1;36";
        };
    return paint(code, text);
  }

  String message(String text) {
    return paint(BOLD, text);
  }

  /// Line numbers, bars and remarks at other places.
  String frame(String text) {
    return paint(BLUE, text);
  }

  /// The carets of the diagnostic's own place.
  String own(String text) {
    return title(text);
  }

  private String paint(String code, String text) {
    return colour && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
